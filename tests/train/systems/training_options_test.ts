import { assert, assertEquals } from "@std/assert";
import { optionDefaults } from "../../../lib/command/flags.ts";
import { SCHEDULES } from "../../../train/core/schedules.ts";
import { SYSTEMS } from "../../../train/systems/mod.ts";
import { trainingOptions } from "../../../train/systems/training_options.ts";

Deno.test("trainingOptions() has the given defaults, and every optimizer and schedule", () => {
  const table = trainingOptions({ learningRate: 0.5, schedule: "step" });
  assertEquals(optionDefaults(table), {
    optimizer: "adam",
    learningRate: 0.5,
    schedule: "step",
    momentum: 0.9,
    weightDecay: 0,
    clipNorm: 0,
  });
  assertEquals(table.schedule.choices, Object.keys(SCHEDULES));
});

for (const [name, { options }] of Object.entries(SYSTEMS)) {
  // few-labels is a recipe: each of its phases has an optimizer of its own.
  if (name === "few-labels") continue;
  Deno.test(`${name} has all options of training`, () => {
    for (const option of Object.keys(trainingOptions({ learningRate: 1 }))) {
      assert(option in options);
    }
  });
}
