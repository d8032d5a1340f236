import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { recordTraining } from "../../../train/core/engines/record_training.ts";
import { createOptimizer, type OptimizerOptions } from "../../../train/core/optimizers.ts";
import { minimize } from "../../../train/core/step.ts";
import { lowerStep } from "../../../train/native/lower.ts";
import { randomUniform } from "../../../train/record/random/random.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

const OPTIMIZERS: readonly OptimizerOptions[] = [
  {},
  { weightDecay: 0.1, clipNorm: 0.5 },
  { optimizer: "adamw", weightDecay: 0.1, clipNorm: 0.5 },
  { optimizer: "sgd", momentum: 0.9, weightDecay: 0.1, clipNorm: 0.5 },
  { optimizer: "rmsprop", weightDecay: 0.1 },
];

for (const options of OPTIMIZERS) {
  Deno.test(`an optimizer is one pass over each parameter (${JSON.stringify(options)})`, async () => {
    await useBackend("cpu");
    const variables = [tf.variable(tf.ones([80, 70])), tf.variable(tf.ones([70, 90]))];
    const [first, second] = variables as tf.Tensor2D[];
    const optimizer = createOptimizer(variables, options);
    const { recording, rowTypes, lossNames } = await recordTraining(
      ({ x, rate }) =>
        minimize(optimizer, rate, () => {
          const y = tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, first)) as tf.Tensor2D, second);
          return { loss: tf.mean(tf.square(y)) as tf.Scalar };
        }),
      {
        examples: { x: ndarray("float32", [8, 80], new Float32Array(640).fill(0.5)) },
        scalars: { rate: () => 0.1 },
      },
      { batchSize: 8, seed: 0 },
    );
    const { source } = lowerStep(recording, { rowTypes, lossNames });
    // Weights and what the optimizer keeps of each, but for its scalars.
    const found = source.matchAll(/\*const (v\d+) .+ \/\* variable \[\d+,\d+\] \*\//g);
    const names = [...new Set([...found].map(([, name]) => name))];
    const groups = source.split("ITEM void ").filter((text) => text.startsWith("group_"));
    const passes = names.map((name) =>
      groups.filter((text) => new RegExp(`\\b${name}\\[`).test(text)).length
    );
    assertEquals(names.length, 2 + optimizer.state.filter(({ rank }) => rank === 2).length);
    assertEquals(passes, names.map(() => 1));
    optimizer.dispose();
    tf.dispose(variables);
  });
}

Deno.test("a network that is applied twice to the same is computed once, numbers drawn anew", async () => {
  await useBackend("cpu");
  const filter = tf.variable(tf.ones([3, 3, 1, 8]));
  const { recording, rowTypes, lossNames } = await recordTraining(
    ({ x }) => {
      const images = x as tf.Tensor4D;
      const apply = (strides: number) => tf.conv2d(images, filter as tf.Tensor4D, strides, "same");
      const draw = () => randomUniform([40, 40], { seed: 3 });
      const sums = [apply(1), apply(1), apply(2), draw(), draw()].map((each) => tf.sum(each));
      filter.assign(tf.mul(filter, 0.5));
      sums.push(tf.sum(apply(1)));
      return { loss: tf.addN(sums) as tf.Scalar };
    },
    { examples: { x: ndarray("float32", [8, 12, 12, 1], new Float32Array(1152).fill(0.5)) } },
    { batchSize: 8, seed: 0 },
  );
  const { source } = lowerStep(recording, { rowTypes, lossNames });
  const count = (name: string) => source.match(new RegExp(`ITEM void ${name}_\\d+`, "g"))?.length;
  // One of each stride, and one of the new filter.
  assertEquals([count("convolution"), count("uniform")], [3, 2]);
  filter.dispose();
});
