import { assert, assertEquals } from "@std/assert";
import * as tfl from "@tensorflow/tfjs-layers";
import { Random } from "../../../lib/array/random.ts";
import { initializeWeights } from "../../../train/networks/initialize.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

/** A network of each kind of layer that has a kernel, and batch normalization. */
function network(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [8, 8, 4], name: "conv" }),
      tfl.layers.batchNormalization({ name: "normalization" }),
      tfl.layers.conv2dTranspose({ filters: 2, kernelSize: 4, name: "transposed" }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 16, name: "dense" }),
    ],
  });
}

const valuesOf = (model: tfl.LayersModel, layer: string) =>
  model.getLayer(layer).getWeights().map((weight) => [...weight.dataSync()]);

Deno.test("initializeWeights() is uniform within 1/sqrt(fan in), and repeats for the same seed", async () => {
  await useBackend("cpu");
  const [a, b, c] = [network(), network(), network()];
  initializeWeights(a, new Random(0, "weights"));
  initializeWeights(b, new Random(0, "weights"));
  initializeWeights(c, new Random(1, "weights"));
  // The numbers that one output sums over: 3x3 of 4 channels, 4x4 of 8, all of 9x9x2.
  for (const [layer, fanIn] of [["conv", 36], ["transposed", 128], ["dense", 162]] as const) {
    const limit = 1 / Math.sqrt(fanIn);
    const [kernel, bias] = valuesOf(a, layer);
    const largest = Math.max(...kernel.map(Math.abs));
    assert(largest <= limit && largest > 0.9 * limit, `${layer}: ${largest}, limit ${limit}`);
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
    // Four standard errors.
    assert(Math.abs(mean) < 4 * limit / Math.sqrt(3 * kernel.length), `${layer}: mean ${mean}`);
    assert(bias.some((value) => value !== 0));
    assertEquals(valuesOf(b, layer), valuesOf(a, layer));
    assert(valuesOf(c, layer)[0][0] !== kernel[0]);
  }
  const [gamma, beta] = valuesOf(a, "normalization");
  assertEquals([new Set(gamma), new Set(beta)], [new Set([1]), new Set([0])]);
  for (const model of [a, b, c]) model.dispose();
});
