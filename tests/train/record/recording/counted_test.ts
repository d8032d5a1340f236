import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { exportOnnx } from "../../../../train/export/export_onnx.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";

await useBackend("cpu");

const COUNT = 60;

/** Boxes that overlap, with scores of which some are equal. */
function detections(random: Random, spread: number) {
  const boxes = Float32Array.from({ length: 4 * COUNT }, (_, i) => {
    const corner = random.uniform() * spread;
    return i % 4 < 2 ? corner : corner + 0.5;
  });
  const scores = Float32Array.from({ length: COUNT }, () => random.integer(20) / 20);
  return {
    boxes: ndarray("float32", [COUNT, 4], boxes),
    scores: ndarray("float32", [COUNT], scores),
  };
}

const INPUTS = { boxes: { shape: [COUNT, 4] }, scores: { shape: [COUNT], range: [0, 1] as const } };

/** The same on TensorFlow.js. */
async function eagerly(
  fn: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  arrays: Readonly<Record<string, NdArray>>,
) {
  const tensors = Object.entries(arrays).map(([name, { data, shape }]) => [
    name,
    tf.tensor(data as Float32Array, [...shape]),
  ]);
  const outputs = Object.entries(fn(Object.fromEntries(tensors)));
  return await Promise.all(outputs.map(async ([name, tensor]) => ({
    name,
    shape: tensor.shape,
    data: [...await tensor.data()],
  })));
}

for (const form of ["V3", "V5"]) {
  Deno.test(`exportOnnx() of non-maximum suppression ${form} and what follows fits any number found`, async () => {
    for (
      const [most, overlap, least] of [[20, 0.5, 0.3], [100, 0.2, 0.9], [7, 1, -Infinity], [
        3,
        0,
        0.1,
      ]]
    ) {
      const fn = ({ boxes, scores }: Record<string, tf.Tensor>) => {
        const given = [boxes, scores, most, overlap, least] as [
          tf.Tensor2D,
          tf.Tensor1D,
          number,
          number,
          number,
        ];
        const found = form === "V3"
          ? { selectedIndices: tf.image.nonMaxSuppression(...given) }
          : tf.image.nonMaxSuppressionWithScore(...given, 0);
        const { selectedIndices } = found;
        const kept = tf.gather(boxes, selectedIndices as tf.Tensor1D);
        const corners = tf.reshape(kept, [-1, 2, 2]);
        return {
          ...found as Record<string, tf.Tensor>,
          corners,
          // The number itself, and what has twice as many rows.
          total: tf.scalar(corners.shape[0], "int32"),
          twice: tf.concat([kept, tf.zeros([corners.shape[0], 4])]),
        };
      };
      const { model } = await exportOnnx(fn, undefined, { inputs: INPUTS });
      assertEquals(model.graph.outputs[0].shape, ["found"]);
      const session = await createSession(model);
      const random = new Random(3, form);
      const counts = new Set<number>();
      for (let trial = 0; trial < 12; trial++) {
        const arrays = detections(random, trial / 6);
        const expected = await eagerly(fn, arrays);
        const actual = await session.run(arrays);
        for (const { name, shape, data } of expected) {
          assertEquals([actual[name].shape, [...actual[name].data]], [shape, data], name);
        }
        counts.add(expected[0].shape[0]);
      }
      await session.release();
      assert(most === 3 || counts.size > 1, `it is always ${[...counts]}`);
    }
  });
}

Deno.test("exportOnnx() refuses what is not linear in the number found, and soft suppression", async () => {
  const suppress = ({ boxes, scores }: Record<string, tf.Tensor>) =>
    tf.image.nonMaxSuppression(boxes as tf.Tensor2D, scores as tf.Tensor1D, 20, 0.5);
  for (
    const size of [(found: number) => Math.min(found, 5), (found: number) => Math.max(found, 1)]
  ) {
    const fn = (inputs: Record<string, tf.Tensor>) => {
      const found = suppress(inputs);
      return [found, tf.scalar(size(found.size))];
    };
    await assertRejects(
      () => exportOnnx(fn, undefined, { inputs: INPUTS }),
      Error,
      "which is not linear",
    );
  }
  await assertRejects(
    () =>
      exportOnnx(
        ({ boxes, scores }) =>
          tf.image.nonMaxSuppressionWithScore(
            boxes as tf.Tensor2D,
            scores as tf.Tensor1D,
            20,
            0.5,
            0.1,
            0.5,
          ).selectedScores as tf.Tensor,
        undefined,
        { inputs: INPUTS },
      ),
    Error,
    "ONNX has no soft suppression",
  );
});
