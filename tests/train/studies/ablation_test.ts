import { assert, assertEquals, assertThrows } from "@std/assert";
import { optionDefaults } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { formatHistory } from "../../../lib/run/history_file.ts";
import type { Run } from "../../../lib/run/run_folder.ts";
import { ablation } from "../../../train/studies/ablation.ts";
import { classifier } from "../../../train/systems/classifier.ts";

/** A run with some validation losses, whose accuracies are 0.1 an epoch. */
function runWith(valLosses: readonly number[], patience: number): Run {
  const rows = valLosses.map((valLoss, i) => ({
    epoch: i + 1,
    phase: "train",
    loss: 1,
    accuracy: 0.1 * (i + 1) + 0.05,
    valLoss,
    valAccuracy: 0.1 * (i + 1),
  }));
  return {
    dir: "run",
    manifest: { options: { patience } } as unknown as Run["manifest"],
    read: () => Promise.resolve(new TextEncoder().encode(formatHistory(rows))),
  };
}

Deno.test("the study ablation leaves out one part a trial, which all others have", () => {
  const defaults = optionDefaults(classifier.options);
  const [whole, ...others] = ablation.trials.map(({ options }) => ({ ...defaults, ...options }));
  for (const [i, trial] of others.entries()) {
    const names = Object.keys(whole) as (keyof typeof whole)[];
    const changed = names.filter((name) => whole[name] !== trial[name]);
    assertEquals(changed.length, 1, ablation.trials[i + 1].value as string);
  }
  assertEquals(others.length, 6);
});

Deno.test("the study ablation measures the epoch whose weights are kept", async () => {
  assertEquals(await ablation.measure(runWith([3, 1, 2], 3)), {
    "validation accuracy": 0.2,
    "training accuracy": 0.25,
    "epochs": 3,
  });
  const { "validation accuracy": last } = await ablation.measure(runWith([3, 1, 2], 0));
  assert(Math.abs(Number(last) - 0.3) < 1e-9);
});

Deno.test("the study ablation says before training that there are no validation images", () => {
  assertThrows(() => ablation.check!({ validationSplit: 0 }), InputError, "--val or a share");
  ablation.check!({ validationSplit: 0, val: "val/" });
  ablation.check!({ validationSplit: undefined });
});
