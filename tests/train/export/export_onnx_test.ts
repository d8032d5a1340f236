import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeModel, type Graph } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { exportOnnx, type ExportOnnxOptions } from "../../../train/export/export_onnx.ts";
import { randomNormal } from "../../../train/record/mod.ts";
import { inFolder } from "../../command_line.ts";
import { mlp } from "./exported.ts";
import { twoTower } from "./nets/sequences.ts";

await useBackend("cpu");

const { layers } = tfl;

function signature({ inputs, outputs }: Graph): string[] {
  return [...inputs, ...outputs].map(({ name, dtype, shape }) => `${name}: ${dtype}[${shape}]`);
}

const X = { inputs: { x: { shape: [null, 4] } } } satisfies ExportOnnxOptions;

Deno.test("exportOnnx() keeps a model's names, frees its batch and says how near it comes", async () => {
  const { model: { graph, opset, metadata, description }, differences } = await exportOnnx(
    mlp(),
    undefined,
    { metadata: { author: "a test" } },
  );
  assertEquals(signature(graph), ["hidden_input: float32[batch,4]", "logits: float32[batch,3]"]);
  const weights = ["hidden/kernel", "hidden/bias", "logits/kernel", "logits/bias"];
  assert(weights.every((name) => graph.initializers.has(name)));
  assertEquals([graph.name, opset, metadata], ["mlp", 17, { author: "a test" }]);
  assertEquals(description, "mlp, recorded from TensorFlow.js");
  assertEquals(differences.map(({ name }) => name), ["logits"]);
  assert(differences[0].relativeDifference < 1e-6);
});

Deno.test("exportOnnx() takes names for inputs and outputs, and for the batch", async () => {
  const { model } = await exportOnnx(mlp(), undefined, {
    inputNames: ["features"],
    outputNames: ["scores"],
    dynamicAxes: { features: { 0: "rows" }, scores: { 0: "rows" } },
  });
  assertEquals(signature(model.graph), ["features: float32[rows,4]", "scores: float32[rows,3]"]);
});

Deno.test("exportOnnx() knows several inputs and outputs, and integers where rows are looked up", async () => {
  const { model: { graph } } = await exportOnnx(twoTower(), undefined);
  assertEquals(signature(graph), [
    "user: int32[batch,1]",
    "profile: float32[batch,5]",
    "item: int32[batch,1]",
    "score: float32[batch,1]",
    "user_vector: float32[batch,4]",
    "item_vector: float32[batch,4]",
  ]);
});

Deno.test("exportOnnx() looks for embeddings inside of nested models", async () => {
  const inner = tfl.sequential({
    layers: [layers.embedding({ inputDim: 9, outputDim: 2, inputLength: 3 }), layers.flatten()],
  });
  const ids = tfl.input({ shape: [3], name: "ids" });
  const model = tfl.model({ inputs: ids, outputs: inner.apply(ids) as tfl.SymbolicTensor });
  const { model: { graph } } = await exportOnnx(model, undefined);
  assertEquals(graph.inputs[0].dtype, "int32");
});

Deno.test("exportOnnx() leaves layers named like inner values alone", async () => {
  const model = tfl.sequential({
    layers: ["c0", "t1", "c1"].map((name) => layers.dense({ units: 4, inputShape: [4], name })),
  });
  const { model: { graph } } = await exportOnnx(model, undefined);
  assertEquals(signature(graph), ["c0_input: float32[batch,4]", "c1: float32[batch,4]"]);
});

Deno.test("exportOnnx() of a function stores the variables that it reads, by their names", async () => {
  const weight = tf.variable(tf.reshape(tf.range(0, 400), [4, 100]), true, "export_test/weight");
  const other = tf.variable(tf.zeros([500]), true, "export_test/other");
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.matMul(x, weight as tf.Tensor);
  const { model: { graph } } = await exportOnnx(fn, undefined, X);
  assertEquals(signature(graph), ["x: float32[batch,4]", "output: float32[batch,100]"]);
  assertEquals([...graph.initializers.keys()], ["export_test/weight"]);
  tf.dispose([weight, other]);
});

Deno.test("exportOnnx() of a function names what it gives", async () => {
  const list = await exportOnnx(({ x }) => [tf.neg(x), tf.abs(x)], undefined, X);
  assertEquals(list.model.graph.outputs.map(({ name }) => name), ["output_0", "output_1"]);
  const named = await exportOnnx(({ x }) => ({ less: tf.neg(x), size: tf.abs(x) }), undefined, X);
  assertEquals(named.model.graph.outputs.map(({ name }) => name), ["less", "size"]);
  const same = await exportOnnx(({ x }) => ({ y: x }), undefined, X);
  assertEquals(signature(same.model.graph), ["x: float32[batch,4]", "y: float32[batch,4]"]);
});

Deno.test("exportOnnx() of a function of integers and booleans", async () => {
  const fn = ({ ids, flags }: Record<string, tf.Tensor>) => ({
    chosen: tf.logicalAnd(tf.greater(ids, 3), flags),
    place: tf.argMax(ids, 1),
  });
  const { model: { graph }, differences } = await exportOnnx(fn, undefined, {
    inputs: {
      ids: { shape: [null, 4], dtype: "int32", range: [0, 9] },
      flags: { shape: [4], dtype: "bool" },
    },
  });
  assertEquals(signature(graph), [
    "ids: int32[batch,4]",
    "flags: bool[4]",
    "chosen: bool[batch,4]",
    "place: int32[batch]",
  ]);
  assertEquals(differences.map(({ absoluteDifference }) => absoluteDifference), [0, 0]);
});

Deno.test("exportOnnx() rejects a captured tensor unless it is declared", async () => {
  const table = tf.randomUniform([4, 100]);
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.matMul(x, table);
  await assertRejects(
    () => exportOnnx(fn, undefined, X),
    Error,
    "reads a constant float32[4,100] of 1600 bytes that is no declared input",
  );
  const { model } = await exportOnnx(fn, undefined, { ...X, constants: { table } });
  assertEquals(model.graph.initializers.get("table")?.shape, [4, 100]);
  assertEquals(table.isDisposed, false);
});

Deno.test("exportOnnx() rejects noise drawn while recording, of any size", async () => {
  for (const size of [400, 4]) {
    const fn = ({ x }: Record<string, tf.Tensor>) =>
      tf.mul(tf.tile(x, [1, size / 4]), tf.randomNormal([size]));
    await assertRejects(
      () => exportOnnx(fn, undefined, X),
      InputError,
      "Cannot record tf.randomNormal: ",
    );
  }
});

Deno.test("exportOnnx() takes a function whose layers are built when it is first called", async () => {
  const layer = layers.dense({ units: 90, name: "late" });
  const { model } = await exportOnnx(({ x }) => layer.apply(x) as tf.Tensor, undefined, X);
  assertEquals([...model.graph.initializers.keys()], ["late/kernel", "late/bias"]);
});

Deno.test("exportOnnx() cannot verify numbers drawn where the graph runs", async () => {
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.mul(x, randomNormal([4], { seed: 1 }));
  await assertRejects(
    () => exportOnnx(fn, undefined, X),
    Error,
    'Cannot verify "fn": it draws numbers (RandomNormalLike)',
  );
  const { model, differences } = await exportOnnx(fn, undefined, { ...X, verify: false });
  assert(model.graph.nodes.some(({ opType }) => opType === "RandomNormalLike"));
  assertEquals(differences, []);
});

Deno.test("exportOnnx() throws if an output differs, naming it and the difference", async () => {
  let calls = 0;
  // Three recordings come first; what is compared with them is another function.
  const fickle = ({ x }: Record<string, tf.Tensor>) => ({
    right: tf.neg(x),
    wrong: tf.add(x, calls++ < 3 ? 0 : 0.5),
  });
  await assertRejects(
    () => exportOnnx(fickle, undefined, X),
    Error,
    'Cannot export "fickle": from TensorFlow.js differ output "wrong" by 0.5',
  );
  calls = 0;
  const { differences } = await exportOnnx(fickle, undefined, { ...X, tolerance: 0.6 });
  assertEquals(differences.map(({ absoluteDifference }) => absoluteDifference > 0), [false, true]);
});

Deno.test("exportOnnx() says what to do if an output is no number", async () => {
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.log(x);
  await assertRejects(() => exportOnnx(fn, undefined, X), Error, "in which range numbers make");
  const range = [0.1, 2] as const;
  await exportOnnx(fn, undefined, { inputs: { x: { shape: [null, 4], range } } });
});

Deno.test("exportOnnx() takes a layer's moving statistics, and leaves the model as it was", async () => {
  const model = tfl.sequential({
    layers: [layers.batchNormalization({ inputShape: [4] }), layers.dropout({ rate: 0.9 })],
  });
  const before = model.getWeights().map((weight) => [...weight.dataSync()]);
  await exportOnnx(model, undefined);
  const tensors = tf.memory().numTensors;
  const { model: { graph } } = await exportOnnx(model, undefined);
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals(model.getWeights().map((weight) => [...weight.dataSync()]), before);
  assertEquals(tf.getBackend(), "cpu");
  assert(graph.nodes.every(({ opType }) => opType !== "Dropout"));
});

Deno.test("exportOnnx() gives the same bytes again", async () => {
  const model = mlp();
  const bytes = async () => encodeModel((await exportOnnx(model, undefined)).model);
  assertEquals(await bytes(), await bytes());
});

Deno.test("exportOnnx() writes external data that its verification and a session read", async () => {
  await inFolder(async (dir) => {
    const model = tfl.sequential({
      layers: [layers.dense({ units: 100, inputShape: [4], name: "wide" })],
    });
    const path = `${dir}/wide.onnx`;
    const { differences } = await exportOnnx(model, path, { externalDataBytes: 1000 });
    assert(differences[0].relativeDifference < 1e-6);
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name).sort(), [
      "wide.onnx",
      "wide.onnx.data",
    ]);
    // The kernel alone: a bias of 400 bytes stays.
    assertEquals((await Deno.stat(`${path}.data`)).size, 1600);
    const session = await createSession(path);
    const x = ndarray("float32", [2, 4], Float32Array.from({ length: 8 }, (_, i) => i));
    assertEquals((await session.run({ wide_input: x })).wide.shape, [2, 100]);
    await session.release();
  });
});

Deno.test("exportOnnx() leaves no file behind if the verification fails", async () => {
  await inFolder(async (dir) => {
    const fn = ({ x }: Record<string, tf.Tensor>) => tf.sqrt(x);
    await assertRejects(() => exportOnnx(fn, `${dir}/x.onnx`, X), Error, "differ");
    assertEquals([...Deno.readDirSync(dir)], []);
  });
});

Deno.test("exportOnnx() exports in a newer opset, and rejects an older one", async () => {
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.max(x, 1);
  const { model } = await exportOnnx(fn, undefined, { ...X, opsetVersion: 21 });
  const reduction = model.graph.nodes.find(({ opType }) => opType === "ReduceMax");
  assertEquals([model.opset, reduction?.inputs.length], [21, 2]);
  await assertRejects(
    () => exportOnnx(fn, undefined, { ...X, opsetVersion: 13 }),
    InputError,
    'Cannot write graph "fn" in opset 13',
  );
});

Deno.test("exportOnnx() keeps a fixed batch size fixed, and frees it on request", async () => {
  const inputs = { x: { shape: [2, 4] } };
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.neg(x);
  const { model: fixed } = await exportOnnx(fn, undefined, { inputs });
  assertEquals(signature(fixed.graph), ["x: float32[2,4]", "output: float32[2,4]"]);
  const { model: free } = await exportOnnx(fn, undefined, {
    inputs,
    dynamicAxes: { x: { 0: "n" } },
  });
  assertEquals(signature(free.graph), ["x: float32[n,4]", "output: float32[n,4]"]);
});

Deno.test("exportOnnx() names a kernel that has no rule", async () => {
  const fn = ({ x }: Record<string, tf.Tensor>) => tf.real(tf.complex(x, x));
  await assertRejects(() => exportOnnx(fn, undefined, X), Error, 'kernel "Complex"');
});
