import { recordStep } from "../../record/record_step.ts";
import { examplesOf, type Feed, mapValues } from "../feed.ts";
import type { Step } from "../step.ts";
import { inputSpecs } from "./evaluate.ts";

/** Records a step as an engine takes it: with the names of its losses and the types of its rows. */
export async function recordTraining(
  step: Step,
  feed: Feed,
  { batchSize, seed }: { batchSize: number; seed: number },
) {
  let lossNames: string[] = [];
  const recorded = await recordStep((batch) => {
    const losses = step(batch);
    lossNames = Object.keys(losses);
    return losses;
  }, { seed, inputs: inputSpecs(feed, batchSize) });
  const rowTypes = mapValues(examplesOf(feed, 1), ({ dtype }) => dtype);
  return { ...recorded, rowTypes, lossNames };
}
