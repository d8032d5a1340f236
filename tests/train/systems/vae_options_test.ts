import { assertEquals } from "@std/assert";
import { optionDefaults } from "../../../lib/command/flags.ts";
import { phaseDefaults, vaeOptions } from "../../../train/systems/vae_options.ts";

const values = optionDefaults(vaeOptions);

Deno.test("phaseDefaults() has cluster epochs for up to three classes, and takes what is set", () => {
  assertEquals(phaseDefaults(values, 3), { epochs: 4, clusterEpochs: 5, clusters: 3 });
  assertEquals(phaseDefaults(values, 10), { epochs: 8, clusterEpochs: 0, clusters: 10 });
  assertEquals(phaseDefaults(values, 1).clusters, 2);
  const set = { ...values, epochs: 1, clusterEpochs: 2, clusters: 7 };
  assertEquals(phaseDefaults(set, 3), { epochs: 1, clusterEpochs: 2, clusters: 7 });
});
