import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { namedVariables } from "../../../train/core/variables.ts";
import {
  type Computation,
  freeNames,
  recordFreeSizes,
  specsAt,
} from "../../../train/export/free_sizes.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("specsAt() fills in the sizes that freeNames() gives", () => {
  const inputs = {
    x: { shape: [null, 3] },
    y: { shape: [2], dtype: "int32" },
    image: { shape: [null, null, null, 3] },
    series: { shape: [null, "steps", null] },
  } as const;
  assertEquals(freeNames({ y: inputs.y }), []);
  assertEquals(freeNames(inputs), ["batch", "height", "width", "steps", "axis_2"]);
  const sizes = { batch: 7, height: 5, width: 6, steps: 9, axis_2: 4 };
  assertEquals(specsAt(inputs, sizes), {
    x: { shape: [7, 3] },
    y: { shape: [2], dtype: "int32" },
    image: { shape: [7, 5, 6, 3] },
    series: { shape: [7, 9, 4] },
  });
});

Deno.test("recordFreeSizes() gives a graph of any batch size, also where the size is used", async () => {
  const weights = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const graph = recordFreeSizes(({ x }) => ({
    y: tf.matMul(x as tf.Tensor2D, weights),
    mean: tf.div(tf.sum(x), x.shape[0]),
    rows: tf.reshape(x, [x.shape[0] * 2]),
  }), { inputs: { x: { shape: [null, 2] } }, parameters: { weights } });
  assertEquals(graph.inputs[0].shape, ["batch", 2]);
  assertEquals([...graph.initializers.keys()].includes("weights"), true);
  const session = await createSession({ graph, opset: 17 }, { threads: 1 });
  for (const batch of [1, 4]) {
    const x = ndarray("float32", [batch, 2], new Float32Array(batch * 2).fill(1));
    const { y, mean, rows } = await session.run({ x });
    assertEquals([y.shape, rows.shape], [[batch, 2], [batch * 2]]);
    assertEquals([[...y.data].slice(0, 2), [...mean.data]], [[4, 6], [2]]);
  }
  await session.release();
  weights.dispose();
});

Deno.test("recordFreeSizes() throws for a tensor that is no parameter", () => {
  const noise = tf.tensor2d(Float32Array.from({ length: 10_000 }, (_, i) => i % 7), [100, 100]);
  assertThrows(
    () =>
      recordFreeSizes(({ x }) => ({ y: tf.add(x, noise) }), {
        inputs: { x: { shape: [100, 100] } },
      }),
    Error,
    "no declared input",
  );
  noise.dispose();
});

const { layers } = tfl;

/** Networks that take images of any size. */
const FULLY_CONVOLUTIONAL: Readonly<Record<string, () => tfl.layers.Layer[]>> = {
  "strided convolutions and a mean": () => [
    layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
    layers.depthwiseConv2d({ kernelSize: 3, strides: 3, padding: "same" }),
    layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
  ],
  "pooling": () => [
    layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }),
    layers.averagePooling2d({ poolSize: 2, padding: "same" }),
    layers.maxPooling2d({ poolSize: 2 }),
  ],
  "images that are enlarged": () => [
    layers.conv2d({ filters: 2, kernelSize: 3, strides: 2 }),
    layers.upSampling2d({ size: [2, 3] }),
    layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
  ],
  "padding": () => [
    layers.zeroPadding2d({ padding: [1, 2] }),
    layers.conv2d({ filters: 2, kernelSize: 3 }),
  ],
};

for (const [name, build] of Object.entries(FULLY_CONVOLUTIONAL)) {
  Deno.test(`recordFreeSizes() gives graphs of ${name} for any height and width`, async () => {
    const model = tfl.sequential();
    build().forEach((layer, i) => {
      if (i === 0) Object.assign(layer, { batchInputShape: [null, null, null, 3] });
      model.add(layer);
    });
    const fn = ({ x }: Record<string, tf.Tensor>) => ({ y: model.apply(x) as tf.Tensor });
    const inputs = { x: { shape: [null, null, null, 3] } };
    const graph = recordFreeSizes(fn, { inputs, parameters: namedVariables({ model }) });
    assertEquals(graph.inputs[0].shape, ["batch", "height", "width", 3]);
    const session = await createSession({ graph, opset: 17 }, { threads: 1 });
    for (const shape of [[1, 24, 24, 3], [2, 17, 30, 3], [1, 31, 19, 3]]) {
      const x = tf.randomUniform(shape, -1, 1, "float32", 3);
      const expected = model.apply(x) as tf.Tensor;
      const data = await x.data() as Float32Array;
      const { y } = await session.run({ x: ndarray("float32", shape, data) });
      assertEquals(y.shape, expected.shape);
      const values = await expected.data();
      values.forEach((value, i) => assert(Math.abs(Number(y.data[i]) - value) < 1e-5));
    }
    await session.release();
    model.dispose();
  });
}

Deno.test("recordFreeSizes() throws if a size decides what is computed", () => {
  const inputs = { x: { shape: [null, "steps", 2] } };
  const unrolled: Computation = ({ x }) => ({
    y: tf.addN(tf.unstack(x, 1).map((row) => tf.exp(row))),
  });
  assertThrows(() => recordFreeSizes(unrolled, { inputs }), Error, "Cannot free the sizes");
});
