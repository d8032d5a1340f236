import { assert, assertEquals } from "@std/assert";
import { train } from "../../../../train/core/loop/train.ts";
import { namedVariables } from "../../../../train/core/variables.ts";
import { readVariables, writeVariables } from "../../../../train/record/variables.ts";
import { buildNetworks } from "../../../../train/systems/few_labels/networks.ts";
import { scoreOtherSamples } from "../../../../train/systems/few_labels/other_samples.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { part, sides } from "../tiny_system.ts";

await useBackend("cpu");

Deno.test("scoreOtherSamples() starts from the same weights for each sample of labels", async () => {
  const networks = buildNetworks([8, 8, 1], { classes: 2, seed: 0 });
  const weights = namedVariables({ ...networks });
  const values = await readVariables(weights);
  const all = sides(40);
  const session = { threads: 1 };
  const scores = await scoreOtherSamples(
    {
      samples: [part(all, 0, 4), part(all, 10, 14), part(all, 0, 4)],
      rest: part(all, 4, 40).images,
      test: sides(10),
      shrink: 1,
      classes: [1, 4],
    },
    { ...networks, restore: () => writeVariables(weights, values) },
    {
      plan: {
        invert: false,
        deskew: false,
        colour: false,
        augmentation: {},
        batchSize: 16,
        contrastSteps: 0,
        refineSteps: 40,
      },
      context: {
        seed: 0,
        session,
        train: (step, feed, phase) => train(step, feed, { ...phase, ...session }),
      },
    },
  );
  assertEquals(scores.length, 3);
  assertEquals(scores[0], scores[2]);
  assert(Math.min(...scores) > 0.8, `${scores}`);
});
