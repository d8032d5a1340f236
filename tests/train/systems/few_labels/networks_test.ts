import { assertEquals } from "@std/assert";
import { buildNetworks, FEATURES } from "../../../../train/systems/few_labels/networks.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";

Deno.test("buildNetworks() keeps small images large, and halves large ones until 16 pixels", async () => {
  await useBackend("cpu");
  const maps = (side: number) =>
    buildNetworks([side, side, 3], { classes: 4, seed: 0 }).encoder.layers
      .filter(({ name }) => name.startsWith("conv")).map(({ outputShape }) => outputShape[1]);
  assertEquals([maps(8), maps(28), maps(64), maps(128)], [[8, 4], [14, 7], [32, 16], [64, 32, 16]]);
  const { head, decoder } = buildNetworks([8, 6, 3], { classes: 4, seed: 0 });
  assertEquals(head.outputs[0].shape, [null, 4]);
  assertEquals(decoder.inputs[0].shape, [null, FEATURES]);
  assertEquals(decoder.outputs[0].shape, [null, 8, 6, 3]);
});
