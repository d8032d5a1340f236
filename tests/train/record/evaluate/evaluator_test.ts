import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { BACKEND_NAME, emitGraph, record, recordingBackend } from "../../../../train/record/mod.ts";
import "../../../../train/tfjs/backends.ts";

/** Runs a test with the recording backend active, and checks that it leaves no tensor behind. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test(name, async () => {
    await tf.setBackend(BACKEND_NAME);
    const before = tf.memory().numTensors;
    await fn();
    assertEquals(tf.memory().numTensors, before);
  });
}

test("data() computes what a tensor needs, and keeps it", async () => {
  const x = tf.tensor1d([1, 2, 3]);
  const y = tf.square(x);
  const z = tf.add(y, 1);
  assertEquals([...await z.data()], [2, 5, 10]);
  // y was on the way: it is known now, and readable at once.
  assertEquals([...y.dataSync()], [1, 4, 9]);
  tf.dispose([x, y, z]);
});

test("data() gives each dtype its typed array", async () => {
  const x = tf.tensor1d([1.5, -2.5]);
  const results = [x, tf.cast(x, "int32"), tf.greater(x, 0)];
  const data = await Promise.all(results.map((result) => result.data()));
  assertEquals<unknown>(data, [
    Float32Array.of(1.5, -2.5),
    Int32Array.of(1, -2),
    Uint8Array.of(1, 0),
  ]);
  tf.dispose(results);
});

test("tensor() throws for a dtype that ONNX has no form for", () => {
  assertThrows(() => tf.tensor1d(["a"]), TypeError, 'Cannot record a tensor of dtype "string"');
  return Promise.resolve();
});

test("data() of graphs that differ only in their data runs one session", async () => {
  const run = async (values: number[], factor: number) => {
    const y = tf.tidy(() => tf.mul(tf.exp(tf.tensor1d(values)), factor));
    await y.data();
    y.dispose();
  };
  await run([1, 2, 3, 4, 5], 2);
  const sessions = recordingBackend.sessionCount;
  await run([5, 4, 3, 2, 1], 7);
  assertEquals(recordingBackend.sessionCount, sessions);
  await run([1, 2], 7);
  assertEquals(recordingBackend.sessionCount, sessions + 1);
});

test("data() of many tensors at once computes what they share once", async () => {
  const shared = tf.tidy(() => tf.exp(tf.tensor1d([0, 1])));
  const results = [1, 2, 3].map((factor) => tf.mul(shared, factor));
  const sessions = recordingBackend.sessionCount;
  const data = await Promise.all(results.map((result) => result.data()));
  assertEquals(data.map(([first]) => first), [1, 2, 3]);
  assertEquals(recordingBackend.sessionCount, sessions + 1);
  tf.dispose([shared, ...results]);
});

test("data() rejects if ONNX Runtime cannot run what was recorded, naming the kernels", async () => {
  const indices = tf.tidy(() => tf.add(tf.tensor1d([5], "int32"), tf.scalar(1, "int32")));
  const x = tf.tensor1d([1, 2]);
  const y = tf.gather(x, indices as tf.Tensor1D);
  await assertRejects(() => y.data(), Error, "Cannot compute what kernels Add, GatherV2 recorded");
  tf.dispose([indices, x, y]);
});

test("2,000 small steps, each read, keep no tensor, buffer or session", async () => {
  let x: tf.Tensor = tf.scalar(0);
  const step = async () => {
    const next = tf.tidy(() => tf.add(tf.mul(x, 0.5), 1));
    x.dispose();
    x = next;
    await x.data();
  };
  for (let i = 0; i < 100; i++) await step();
  const { numTensors, numDataBuffers } = tf.memory();
  const dataIds = recordingBackend.numDataIds();
  const sessions = recordingBackend.sessionCount;
  for (let i = 0; i < 2_000; i++) await step();
  assertEquals(tf.memory().numTensors, numTensors);
  assertEquals(tf.memory().numDataBuffers, numDataBuffers);
  assertEquals(recordingBackend.numDataIds(), dataIds);
  assertEquals(recordingBackend.sessionCount, sessions);
  assertEquals([...await x.data()], [2]);
  x.dispose();
});

Deno.test("training without reading the weights keeps each step's graph as large as the first", async () => {
  await tf.setBackend(BACKEND_NAME);
  const weight = tf.variable(tf.tensor1d([1, 2, 3]));
  const optimizer = tf.train.adam(0.1);
  const step = async () => {
    const loss = optimizer.minimize(() => tf.sum(tf.square(weight)) as tf.Scalar, true)!;
    const [value] = await loss.data();
    loss.dispose();
    return value;
  };
  const losses = [await step(), await step(), await step()];
  const sessions = recordingBackend.sessionCount;
  // Were the steps before it part of a later step's graph, each would need a session of its own.
  for (let i = 0; i < 20; i++) losses.push(await step());
  assertEquals(recordingBackend.sessionCount, sessions);
  assertEquals(losses[0], 14);
  assert(losses.at(-1)! < 2, `${losses}`);
  weight.dispose();
  optimizer.dispose();
});

test("10,000 small steps that nothing reads hold a bounded history", async () => {
  let x: tf.Tensor = tf.scalar(0);
  for (let i = 0; i < 10_000; i++) {
    const next = tf.tidy(() => tf.add(tf.mul(x, 0.5), 1));
    x.dispose();
    x = next;
    if (i % 100 === 0) await tf.nextFrame();
  }
  const recording = record(({ y }) => ({ z: tf.add(x, y) }), { y: { shape: [] } });
  const { length } = emitGraph(recording).nodes;
  assert(length < 5000, `${length} operations are held`);
  assertEquals([...await x.data()], [2]);
  x.dispose();
});

test("data() of a tensor succeeds whatever is wrong with another", async () => {
  const x = tf.tensor1d([1, 2]);
  const place = tf.tidy(() => tf.add(tf.tensor1d([5], "int32"), tf.scalar(1, "int32")));
  const wrong = tf.gather(x, place as tf.Tensor1D);
  const right = tf.square(x);
  assertEquals([...await right.data()], [1, 4]);
  tf.dispose([x, place, wrong, right]);
});

test("record() starts from values that are there, and keeps what is pending", async () => {
  const known = tf.tidy(() => tf.square(tf.tensor1d([3])));
  await known.data();
  const pending = tf.square(known);
  const recording = record(
    ({ x }) => ({ y: tf.add(tf.add(x, known), pending) }),
    { x: { shape: [1] } },
  );
  assertEquals(emitGraph(recording).nodes.map(({ opType }) => opType), ["Mul", "Add", "Add"]);
  tf.dispose([known, pending]);
});

test("time() computes what is recorded meanwhile", async () => {
  let y: tf.Tensor | undefined;
  const { kernelMs } = await tf.time(() => {
    y = tf.tidy(() => tf.exp(tf.zeros([10])));
  });
  assert(kernelMs as number > 0);
  assertEquals(y!.dataSync()[0], 1);
  y!.dispose();
});
