import { assertEquals } from "@std/assert";
import { mlpDecoder, mlpEncoder } from "../../../train/networks/mlp.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

Deno.test("mlpEncoder() and mlpDecoder() mirror each other's shapes", async () => {
  await useBackend("cpu");
  const options = { hidden: [7, 5], latentDim: 3 };
  const encoder = mlpEncoder([4, 6, 3], options);
  const decoder = mlpDecoder([4, 6, 3], options);
  assertEquals(encoder.inputs[0].shape, [null, 4, 6, 3]);
  assertEquals(encoder.outputs.map(({ shape }) => shape), [[null, 3], [null, 3]]);
  assertEquals(decoder.inputs[0].shape, [null, 3]);
  assertEquals(decoder.outputs[0].shape, [null, 4, 6, 3]);
  const units = (layers: readonly { name: string; outputShape: unknown }[]) =>
    layers.filter(({ name }) => name.includes("hidden"))
      .map(({ outputShape }) => (outputShape as number[])[1]);
  assertEquals([units(encoder.layers), units(decoder.layers)], [[7, 5], [5, 7]]);
  assertEquals(encoder.countParams(), 72 * 7 + 7 + 7 * 5 + 5 + 2 * (5 * 3 + 3));
  encoder.dispose();
  decoder.dispose();
});
