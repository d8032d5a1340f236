import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { flopsOf } from "../../bench/flops.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { recordTraining } from "../../train/core/engines/record_training.ts";
import { sgd } from "../../train/core/optimizers.ts";
import { minimize } from "../../train/core/step.ts";
import { useBackend } from "../../train/tfjs/backends.ts";

Deno.test("flopsOf() counts two for each term of products, convolutions and their gradients", async () => {
  await useBackend("cpu");
  const filter = tf.variable(tf.ones([3, 3, 1, 2]));
  const depthwise = tf.variable(tf.ones([2, 2, 2, 3]));
  const weights = tf.variable(tf.ones([6, 5]));
  const optimizer = sgd([filter, depthwise, weights]);
  const { recording } = await recordTraining(
    ({ images, rate }) =>
      minimize(optimizer, rate, () => {
        const maps = tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 1, "valid");
        const deep = tf.depthwiseConv2d(maps as tf.Tensor4D, depthwise as tf.Tensor4D, 1, "valid");
        const y = tf.matMul(tf.reshape(deep, [2, 6]), weights as tf.Tensor2D);
        return { loss: tf.mean(tf.square(y)) as tf.Scalar };
      }),
    {
      examples: { images: ndarray("float32", [4, 4, 4, 1], new Float32Array(64).fill(0.5)) },
      scalars: { rate: () => 0.1 },
    },
    { batchSize: 2, seed: 0 },
  );
  // Two images of 2x2 places and 2 channels; then of one place and 6 channels.
  const convolution = 2 * (2 * 4 * 2) * 9;
  const depthwiseConvolution = 2 * (2 * 6) * 4;
  const product = 2 * (2 * 5) * 6;
  // Each with the gradient of its weights; the last two with that of their input.
  assertEquals(flopsOf(recording), 2 * convolution + 3 * depthwiseConvolution + 3 * product);
});
