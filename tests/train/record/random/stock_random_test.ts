import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../../lib/input_error.ts";
import { type NdArray, ndarray } from "../../../../lib/array/ndarray.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { recordFreeSizes } from "../../../../train/export/free_sizes.ts";
import "../../../../train/record/random/recordable_layers.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";

await useBackend("cpu");

type Fn = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

const SHAPE = [50, 200];
const SIZE = 10_000;

function ones(shape: readonly number[]): NdArray<"float32"> {
  const length = shape.reduce((product, size) => product * size, 1);
  return ndarray("float32", shape, new Float32Array(length).fill(1));
}

/** What runs of a recorded function of ones give, one after the other in one session. */
async function runs(
  fn: Fn,
  { shape = SHAPE, seed = 0, count = 1 }: {
    shape?: readonly number[];
    seed?: number;
    count?: number;
  } = {},
): Promise<Record<string, Float32Array>[]> {
  const graph = emitGraph(record(fn, { x: { shape } }, { seed }));
  const session = await createSession({ graph, opset: 17 });
  const all: Record<string, Float32Array>[] = [];
  for (let i = 0; i < count; i++) {
    const results = await session.run({ x: ones(shape) });
    const values = Object.entries(results).map(([name, { data }]) => [name, data]);
    all.push(Object.fromEntries(values));
  }
  await session.release();
  return all;
}

/** Fails if a share of `count` trials lies over five deviations from its probability. */
function assertShare(share: number, { rate, count }: { rate: number; count: number }): void {
  const deviation = Math.sqrt(rate * (1 - rate) / count);
  assert(Math.abs(share - rate) < 5 * deviation, `${share} is far from ${rate}`);
}

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

const layerOf = (layer: tfl.layers.Layer, training = true): Fn => ({ x }) => ({
  y: layer.apply(x, { training }) as tf.Tensor,
});

for (const rate of [0.1, 0.5, 0.8]) {
  Deno.test(`a recorded tf.dropout() zeroes its share and scales the rest (${rate})`, async () => {
    const [{ y }] = await runs(({ x }) => ({ y: tf.dropout(x, rate) }));
    assertShare(y.filter((value) => value === 0).length / SIZE, { rate, count: SIZE });
    for (const value of y) if (value !== 0) assertAlmostEquals(value, 1 / (1 - rate), 1e-5);
  });
}

Deno.test("a recorded tf.dropout() drops others in each run, however small its tensor is", async () => {
  for (const shape of [[8, 8], SHAPE]) {
    const [first, second] = await runs(({ x }) => ({ y: tf.dropout(x, 0.5) }), { shape, count: 2 });
    assertNotEquals(first.y, second.y);
  }
});

Deno.test("a recorded tf.dropout() drops by the seed of the recording, each call others", async () => {
  const fn: Fn = ({ x }) => ({ y: tf.dropout(x, 0.5), z: tf.dropout(x, 0.5) });
  const options = { shape: [8, 8], count: 3 };
  const expected = await runs(fn, options);
  assertEquals(await runs(fn, options), expected);
  assertNotEquals(await runs(fn, { ...options, seed: 1 }), expected);
  assertNotEquals(expected[0].y, expected[0].z);
  // Two masks that know nothing of each other agree on half the elements.
  const [{ y, z }] = await runs(fn);
  assertShare(y.filter((value, i) => value === z[i]).length / SIZE, { rate: 0.5, count: SIZE });
});

Deno.test("a recorded tf.dropout() passes the gradient through the same mask", async () => {
  const fn: Fn = ({ x }) => {
    let y: tf.Tensor | undefined;
    const dx = tf.grad((x: tf.Tensor) => {
      y = tf.keep(tf.dropout(x, 0.5));
      return tf.sum(tf.mul(y, 3));
    })(x);
    return { y: y!, dx };
  };
  const [{ y, dx }] = await runs(fn);
  assert(y.includes(0) && y.includes(2));
  assertEquals(dx, y.map((value) => 3 * value));
});

Deno.test("a recorded tf.dropout() takes a noise shape", async () => {
  const [{ y }] = await runs(({ x }) => ({ y: tf.dropout(x, 0.5, [50, 1]) }));
  const rows = Array.from({ length: 50 }, (_, i) => [...y.subarray(200 * i, 200 * (i + 1))]);
  for (const row of rows) assertEquals(new Set(row).size, 1);
  assertEquals(new Set(rows.map(([first]) => first)), new Set([0, 2]));
});

Deno.test("a recorded tf.dropout() follows a free batch size", async () => {
  const fn: Fn = ({ x }) => ({ y: tf.dropout(x, 0.5, [null as unknown as number, 1]) });
  const graph = recordFreeSizes(fn, { inputs: { x: { shape: [null, 4] } } });
  const session = await createSession({ graph, opset: 17 });
  for (const rows of [1, 100]) {
    const { y } = await session.run({ x: ones([rows, 4]) });
    assertEquals(y.shape, [rows, 4]);
    if (rows > 1) assertEquals(new Set(y.data as Float32Array), new Set([0, 2]));
  }
  await session.release();
});

Deno.test("the recorded layers that drop give what eager ones do in distribution", async () => {
  const dropout = layerOf(tfl.layers.dropout({ rate: 0.3, seed: 4 }));
  const [first, second] = await runs(dropout, { count: 2 });
  assertShare(first.y.filter((value) => value === 0).length / SIZE, { rate: 0.3, count: SIZE });
  assertNotEquals(first, second);

  const [spatial] = await runs(layerOf(tfl.layers.spatialDropout1d({ rate: 0.5 })), {
    shape: [40, 5, 6],
  });
  for (let row = 0; row < 40; row++) {
    for (let channel = 0; channel < 6; channel++) {
      const steps = Array.from(
        { length: 5 },
        (_, step) => spatial.y[(row * 5 + step) * 6 + channel],
      );
      assertEquals(new Set(steps).size, 1);
    }
  }

  const [noise] = await runs(layerOf(tfl.layers.gaussianNoise({ stddev: 0.5 })));
  assertAlmostEquals(moments(noise.y).mean, 1, 0.025);
  assertAlmostEquals(moments(noise.y).deviation, 0.5, 0.02);

  const [gaussian] = await runs(layerOf(tfl.layers.gaussianDropout({ rate: 0.2 })));
  assertAlmostEquals(moments(gaussian.y).mean, 1, 0.025);
  assertAlmostEquals(moments(gaussian.y).deviation, 0.5, 0.02);

  // Of ones, TensorFlow.js gives the greater number where it drops, and the lesser elsewhere.
  const layer = tfl.layers.alphaDropout({ rate: 0.25 });
  const eager = layer.apply(tf.ones(SHAPE), { training: true }) as tf.Tensor;
  const [kept, dropped] = [...new Set(await eager.data())].sort((a, b) => a - b);
  const [alpha] = await runs(layerOf(layer));
  const isDropped = (value: number) => value > (kept + dropped) / 2;
  for (const value of alpha.y) {
    assertAlmostEquals(value, isDropped(value) ? dropped : kept, 1e-5);
  }
  assertShare(alpha.y.filter(isDropped).length / SIZE, { rate: 0.25, count: SIZE });
});

Deno.test("a recorded recurrent layer drops what it reads and what it remembers", async () => {
  const lstm = tfl.layers.lstm({ units: 4, dropout: 0.5, recurrentDropout: 0.5 });
  const gru = tfl.layers.gru({ units: 4, dropout: 0.5 });
  for (const layer of [lstm, gru]) {
    layer.apply(tf.zeros([1, 3, 2]));
    const [first, second] = await runs(layerOf(layer), { shape: [6, 3, 2], count: 2 });
    assertNotEquals(first, second);
    const [off, again] = await runs(layerOf(layer, false), { shape: [6, 3, 2], count: 2 });
    assertEquals(off, again);
  }
});

Deno.test("layers that drop record no random operation in inference", () => {
  const layers = [
    tfl.layers.dropout({ rate: 0.5 }),
    tfl.layers.spatialDropout1d({ rate: 0.5 }),
    tfl.layers.gaussianNoise({ stddev: 0.5 }),
    tfl.layers.gaussianDropout({ rate: 0.5 }),
    tfl.layers.alphaDropout({ rate: 0.5 }),
  ];
  for (const layer of layers) {
    const recording = record(layerOf(layer, false), { x: { shape: [2, 3, 4] } });
    assertEquals(emitGraph(recording).nodes.filter(({ opType }) => /Random/.test(opType)), []);
  }
});

const REJECTED: Readonly<Record<string, () => tf.Tensor>> = {
  randomUniform: () => tf.randomUniform([3], -1, 1),
  randomUniformInt: () => tf.randomUniformInt([3], 0, 9),
  randomNormal: () => tf.randomNormal([3]),
  randomStandardNormal: () => tf.randomStandardNormal([3]),
  truncatedNormal: () => tf.truncatedNormal([3]),
  randomGamma: () => tf.randomGamma([3], 2),
  rand: () => tf.rand([3], () => 0.5),
};

for (const [name, draw] of Object.entries(REJECTED)) {
  Deno.test(`record() throws if the function calls tf.${name}(), of any size`, () => {
    assertThrows(
      () => record(({ x }) => ({ y: tf.add(x, draw()) }), { x: { shape: [3] } }),
      InputError,
      `Cannot record tf.${name}: its numbers are drawn now and would be the same in every run, use `,
    );
    // Outside of a recording nothing has changed.
    assertEquals(draw().shape, [3]);
  });
}

Deno.test("the random ops of TensorFlow.js draw on the host on the onnx backend", async () => {
  await tf.setBackend("onnx");
  const expected = await tf.randomNormal([4], 0, 1, "float32", 7).data();
  await tf.setBackend("cpu");
  assertEquals(expected, await tf.randomNormal([4], 0, 1, "float32", 7).data());
});

Deno.test("a recorded tf.multinomial() without a seed draws by that of the recording", async () => {
  const fn: Fn = ({ x }) => ({ y: tf.cast(tf.multinomial(x as tf.Tensor2D, 20), "float32") });
  const options = { shape: [4, 5], count: 2 };
  const expected = await runs(fn, options);
  assertNotEquals(expected[0], expected[1]);
  assertEquals(await runs(fn, options), expected);
  assertNotEquals(await runs(fn, { ...options, seed: 1 }), expected);
});
