/**
 * What each part of the system few-labels gives, on development splits: the parts of one training
 * are scored on the same unlabelled training images, whose labels were hidden.
 *
 * @module
 */
import type { NdArray } from "../lib/array/ndarray.ts";
import { join, slice } from "../lib/array/rows.ts";
import { argMaxRows } from "../lib/array/stats.ts";
import { classesOf, sampleLabelled } from "../lib/data/mod.ts";
import { classificationScores, confusionMatrix } from "../lib/metrics/classification.ts";
import { chooseEngine } from "../train/core/engines/choose_engine.ts";
import { trainSystem } from "../train/run/train_system.ts";
import { applyNetworks, learnClasses, learnFeatures } from "../train/systems/few_labels/learn.ts";
import { buildNetworks } from "../train/systems/few_labels/networks.ts";
import {
  chooseShrink,
  type Plan,
  planTraining,
  prepareImages,
  smallImages,
} from "../train/systems/few_labels/plan.ts";
import { defineSystem } from "../train/systems/system.ts";
import { type DataSet, SETS } from "./datasets/sets.ts";
import { formatTable } from "./table.ts";

/** (macro + micro) / 2 F1 of each part, by name. */
type Scores = Readonly<Record<string, number>>;

/** What a plan decides, and how it looks without. */
const WITHOUT: Readonly<Record<string, (plan: Plan) => Plan | undefined>> = {
  "no deskewing": (plan) => plan.deskew ? { ...plan, deskew: false } : undefined,
  "no mirroring": (plan) =>
    plan.augmentation.mirror
      ? {
        ...plan,
        augmentation: { ...plan.augmentation, mirror: false },
      }
      : undefined,
};

/** Options for {@linkcode benchAblation}. */
export interface AblationOptions {
  /** Rows of the data sets, all but CIFAR-10 by default. */
  sets?: readonly string[] | undefined;
  /** The folder of CIFAR-10's JPEG files. */
  cifar?: string | undefined;
}

/** Trains once on each set, once more without each thing that its plan has, and prints a table. */
export async function benchAblation(
  print: (line: string) => void,
  { sets = Object.keys(SETS).filter((name) => name !== "cifar"), cifar }: AblationOptions = {},
): Promise<void> {
  const rows: string[][] = [];
  for (const name of sets) {
    const scores = await ablate(SETS[name], { cifar });
    if (rows.length === 0) rows.push(["data (development split)", ...Object.keys(scores)]);
    const cells = Object.values(scores).map((score) =>
      Number.isNaN(score) ? "-" : score.toFixed(4)
    );
    rows.push([SETS[name].title, ...cells]);
    print(rows.at(-1)!.join("  "));
  }
  print(formatTable(rows));
}

/** The scores of each part on one set; NaN for what its plan does not have. */
export async function ablate(
  { perClass = 5, load }: Pick<DataSet, "perClass" | "load">,
  { cifar, effort = 1 }: { cifar?: string | undefined; effort?: number } = {},
): Promise<Scores> {
  const { labelled, rest } = sampleLabelled((await load({ development: true, cifar })).train, {
    perClass,
    seed: 0,
  });
  const classes = classesOf(labelled.labels);
  const labels = labelled.labels.map((label) => classes.indexOf(label));
  const hidden = rest.labels.map((label) => classes.indexOf(label));
  const shrink = chooseShrink(rest.images.shape.slice(1));
  const all = join([labelled.images, rest.images].map((part) => smallImages(part, shrink)));
  const score = (probabilities: NdArray<"float32">) => {
    const asked = slice(probabilities, labels.length, all.shape[0]);
    const predicted = argMaxRows(asked.data, classes.length);
    return classificationScores(confusionMatrix(hidden, predicted)).meanF1;
  };
  const parts = async (plan: Plan) => {
    let scores: Scores = {};
    const system = defineSystem({
      description: "Learns as few-labels does, and scores its parts",
      options: {},
      needs: "few-labels",
      async run(_data, _options, context) {
        const images = prepareImages(all, plan);
        const [height, width, channels] = images.shape.slice(1);
        const size = { classes: classes.length, seed: context.seed };
        const networks = buildNetworks([height, width, channels], size);
        context.checkNetworks({ ...networks });
        await learnFeatures(images, networks, { plan, context });
        const data = { images, labels, classes: classes.length };
        const found = await learnClasses(data, networks, { plan, context });
        const { probabilities } = await applyNetworks(networks, images, context.session);
        scores = {
          histograms: score(found.histograms.posteriors),
          colours: found.colours === undefined ? NaN : score(found.colours.posteriors),
          "with features": score(found.features.posteriors),
          "refined features": score(found.refined.posteriors),
          "first network": score(found.network),
          "mean of all": score(found.combined),
          "last network": score(probabilities),
        };
        return { networks: { ...networks }, models: {}, metrics: {}, examples: {} };
      },
    });
    const { name: engine } = await chooseEngine("auto");
    const data = {
      labelled,
      train: rest.images,
      validation: undefined,
      test: undefined,
      labelSamples: [],
    };
    await trainSystem(system, data, { seed: 0, engine });
    return scores;
  };
  const decided = await planTraining(all, { seed: 0, threads: 0 });
  const plan = {
    ...decided,
    contrastSteps: Math.ceil(effort * decided.contrastSteps),
    refineSteps: Math.ceil(effort * decided.refineSteps),
  };
  const scores: Record<string, number> = { ...await parts(plan) };
  for (const [name, without] of Object.entries(WITHOUT)) {
    const other = without(plan);
    scores[name] = other === undefined ? NaN : (await parts(other))["last network"];
  }
  return scores;
}
