import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { ENGINES } from "../../../train/core/engines/mod.ts";
import { withLearningRate } from "../../../train/record/learning_rate.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("withLearningRate() makes the rates of two optimizers inputs, and gives them back", async () => {
  const weights = tf.tidy(() => [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))]);
  // One keeps its rate as a number, the other as a tensor.
  const optimizers = [tf.train.adagrad(0.5, 1e-8), tf.train.sgd(0.25)];
  const rates = { first: (step: number) => step + 1, second: (step: number) => 2 - step };
  const minimize = (i: number) =>
    optimizers[i].minimize(() => tf.square(weights[i]) as tf.Scalar, true, [weights[i]])!;
  const examples = { x: ndarray("float32", [2, 1], new Float32Array(2)) };
  const engine = await ENGINES.onnx(
    ({ first, second }) =>
      withLearningRate(
        optimizers[0],
        first,
        () => withLearningRate(optimizers[1], second, () => ({ a: minimize(0), b: minimize(1) })),
      ),
    { examples, scalars: rates },
    { batchSize: 1, seed: 0, threads: 1 },
  );
  await engine.run({
    epoch: 1,
    examples,
    indices: ndarray("int32", [1, 1], Int32Array.of(0)),
    perStep: {
      first: ndarray("float32", [1], Float32Array.of(3)),
      second: ndarray("float32", [1], Float32Array.of(0.125)),
    },
  });
  await engine.sync();
  await engine.dispose();
  // Adagrad's first step is the rate against the sign, sgd's the rate times the gradient 2.
  assertAlmostEquals((await weights[0].data())[0], 1 - 3, 1e-5);
  assertAlmostEquals((await weights[1].data())[0], 1 - 0.125 * 2, 1e-6);
  assertEquals(
    optimizers.map((optimizer) => (optimizer as unknown as { learningRate: number }).learningRate),
    [0.5, 0.25],
  );
  tf.dispose(weights);
});

Deno.test("withLearningRate() throws if an optimizer has no rate", () => {
  const optimizer = { getClassName: () => "Other" } as tf.Optimizer;
  assertThrows(
    () => withLearningRate(optimizer, tf.scalar(1), () => {}),
    TypeError,
    "Cannot schedule the learning rate: Other has none",
  );
});
