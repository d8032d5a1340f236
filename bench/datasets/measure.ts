import { baselines } from "../../lib/classical/baselines.ts";
import { classesOf, sampleLabelled } from "../../lib/data/mod.ts";
import { classificationScores, confusionMatrix } from "../../lib/metrics/classification.ts";
import { chooseEngine } from "../../train/core/engines/choose_engine.ts";
import { trainSystem } from "../../train/run/train_system.ts";
import { fewLabels } from "../../train/systems/few_labels.ts";
import type { Split } from "./sets.ts";

/** What one classifier scored with one sample of labels. */
export interface Measurement {
  readonly classifier: string;
  /** (macro + micro) / 2 F1. */
  readonly score: number;
  readonly seconds: number;
}

/** Scores the system few-labels and the baselines on the test images of a data set. */
export async function measure(
  { train, test }: Split,
  { perClass, seed, effort = 1 }: { perClass: number; seed: number; effort?: number },
): Promise<Measurement[]> {
  const { labelled, rest } = sampleLabelled(train, { perClass, seed });
  const scored = (predicted: Int32Array) =>
    classificationScores(confusionMatrix(test.labels, predicted)).meanF1;
  const { name: engine } = await chooseEngine("auto");
  const begun = performance.now();
  const trained = await trainSystem(fewLabels, {
    labelled,
    train: rest.images,
    validation: undefined,
    test,
    labelSamples: [],
  }, { options: { effort }, seed, engine });
  const system = {
    classifier: "few-labels",
    score: trained.metrics.classification!.meanF1,
    seconds: (performance.now() - begun) / 1000,
  };
  const started = performance.now();
  const found = await baselines({
    unlabelled: rest.images,
    labelled: labelled.images,
    labels: labelled.labels,
    test: test.images,
  }, { classes: classesOf(labelled.labels).length, seed });
  const seconds = (performance.now() - started) / 1000;
  return [
    system,
    ...Object.entries<Int32Array>({ ...found }).map(([classifier, predicted]) => ({
      classifier,
      score: scored(predicted),
      seconds,
    })),
  ];
}
