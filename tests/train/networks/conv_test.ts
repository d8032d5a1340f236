import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { convDecoder, convEncoder } from "../../../train/networks/conv.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

Deno.test("convDecoder() gives images of every size that convEncoder() took, odd ones too", async () => {
  await useBackend("cpu");
  for (const shape of [[8, 8, 1], [28, 28, 1], [7, 10, 3], [5, 5, 1]] as const) {
    const encoder = convEncoder(shape, { name: "encoder", filters: [2, 4], channels: 3 });
    const maps = encoder.outputs[0].shape.slice(1) as number[];
    const half = (side: number) => Math.ceil(side / 2);
    assertEquals(maps, [half(half(shape[0])), half(half(shape[1])), 3]);
    const decoder = convDecoder(shape, { name: "decoder", filters: [2], inputShape: maps });
    assertEquals(decoder.outputs[0].shape, [null, ...shape]);
    encoder.dispose();
    decoder.dispose();
  }
});

Deno.test("convDecoder() starts from a vector, without a bias before batch normalization", async () => {
  await useBackend("cpu");
  const decoder = convDecoder([9, 9, 1], {
    name: "generator",
    filters: [4],
    inputShape: [6],
    batchNormalization: true,
  });
  assertEquals(decoder.outputs[0].shape, [null, 9, 9, 1]);
  const biased = decoder.layers.filter(({ weights }) =>
    weights.some(({ originalName }) => originalName.endsWith("bias"))
  );
  assertEquals(biased.map(({ name }) => name), ["generator_logits"]);
  decoder.dispose();
});

Deno.test("convEncoder() ends in one number per image with units, and leaks with a slope", async () => {
  await useBackend("cpu");
  const encoder = convEncoder([8, 8, 1], { name: "d", filters: [2], units: 1, slope: 0.2 });
  assertEquals(encoder.outputs[0].shape, [null, 1]);
  assertEquals(encoder.layers.filter((layer) => layer.getClassName() === "LeakyReLU").length, 1);
  encoder.dispose();
});

Deno.test("residual blocks keep the size of maps and add to their input", async () => {
  await useBackend("cpu");
  const shape = [8, 8, 1] as const;
  const build = (residualBlocks: number) => {
    const encoder = convEncoder(shape, { name: "encoder", filters: [2, 8], residualBlocks });
    const inputShape = encoder.outputs[0].shape.slice(1) as number[];
    const decoder = convDecoder(shape, {
      name: "decoder",
      filters: [4],
      inputShape,
      residualBlocks,
    });
    return { encoder, decoder };
  };
  const [without, with2] = [build(0), build(2)];
  const size = 8 * 8 * 9 + 8 + 2 * (8 * 2 * 9 + 2 + 2 * 8 + 8);
  for (const name of ["encoder", "decoder"] as const) {
    assertEquals(with2[name].outputs[0].shape, without[name].outputs[0].shape);
    assertEquals(with2[name].countParams() - without[name].countParams(), size);
  }
  // Without its second convolutions a stack is its first convolution with ReLU.
  const { encoder } = with2;
  encoder.layers.filter(({ name }) => name.endsWith("_conv_2") && name.includes("residual"))
    .forEach((layer) => layer.setWeights(layer.getWeights().map((weight) => tf.zerosLike(weight))));
  const images = tf.randomNormal([2, 8, 8, 1], 0, 1, "float32", 0);
  const outputs = ["encoder_residual", "encoder_residual_relu"].map((name) => {
    const { output } = encoder.getLayer(name);
    return tfl.model({ inputs: encoder.inputs, outputs: output as tfl.SymbolicTensor })
      .apply(images) as tf.Tensor;
  });
  assertEquals(tf.relu(outputs[0]).dataSync(), outputs[1].dataSync());
  for (const network of [without, with2].flatMap(Object.values)) network.dispose();
});
