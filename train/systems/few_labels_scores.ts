import type { NdArray } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/rows.ts";
import { baselines } from "../../lib/classical/baselines.ts";
import { classesOf, type Images, type LabelledImages, toFloat32 } from "../../lib/data/mod.ts";
import { calibrationOf } from "../../lib/metrics/calibration.ts";
import { classificationScores, confusionMatrix } from "../../lib/metrics/classification.ts";
import { ReconstructionTally } from "../../lib/metrics/reconstruction.ts";
import { type ExampleSet, pickExamples } from "../../lib/run/examples.ts";
import { createSession, type Session } from "../../lib/runtime/mod.ts";
import { type Classified, classifyImages, decodeLatents } from "../../lib/runtime/run_images.ts";
import type { FewLabelsData } from "../data/roles.ts";
import { outlierMetrics } from "./outlier_metrics.ts";
import type { Context, Outcome } from "./system.ts";

/** What `classifier.onnx` says of images; this system's has every output. */
async function answer(classifier: Session, images: Images) {
  return await classifyImages(classifier, toFloat32(images)) as Required<Classified>;
}

/** How near reconstructions of features come to images. */
async function scoreReconstructions(
  images: Images,
  { zMean, decoder }: { zMean: NdArray<"float32">; decoder: Session },
): Promise<ReturnType<ReconstructionTally["scores"]>> {
  const tally = new ReconstructionTally();
  const [count] = images.shape;
  for (let start = 0; start < count; start += 1000) {
    const end = Math.min(count, start + 1000);
    const reconstructed = await decodeLatents(decoder, slice(zMean, start, end));
    tally.add(toFloat32(slice(images, start, end)), reconstructed);
  }
  return tally.scores();
}

/** Scores the exported models beside the baselines of raw pixels. */
export async function scoreModels(
  models: Outcome["models"],
  { train, labelled, test }: FewLabelsData,
  { session, seed }: Context,
): Promise<Pick<Outcome, "metrics" | "latents" | "examples">> {
  const classifier = await createSession(models["classifier.onnx"], session);
  const decoder = await createSession(models["decoder.onnx"], session);
  const scored = test ?? labelled;
  const trained = await answer(classifier, train);
  const predicted = await answer(classifier, scored.images);
  const known = await answer(classifier, labelled.images);
  const correct = Array.from(predicted.labels, (label, i) => label === scored.labels[i]);
  const matrix = confusionMatrix(scored.labels, predicted.labels);
  const confidence = correct.map((_, i) =>
    Math.min(1, Math.max(...slice(predicted.probabilities, i, i + 1).data))
  );
  const metrics = {
    scored: {
      count: correct.length,
      split: test === undefined
        ? "labelled images, which were learned: no measure of unseen images"
        : "test images, which were not learned",
    },
    classification: {
      ...classificationScores(matrix),
      confusionMatrix: matrix,
      calibration: calibrationOf(confidence, correct),
    },
    reconstruction: await scoreReconstructions(scored.images, {
      zMean: predicted.zMean,
      decoder,
    }),
    outliers: outlierMetrics(predicted.outlierScores, correct),
    ...test && await scoreBaselines({ train, labelled, test }, { session, seed }),
  };
  const shown = async (given: LabelledImages): Promise<ExampleSet> => {
    const images = pickExamples(given);
    const { zMean } = await answer(classifier, images);
    return { images, reconstructed: await decodeLatents(decoder, zMean) };
  };
  const examples = {
    labelled: await shown(labelled),
    ...test && { test: await shown(test) },
  };
  await classifier.release();
  await decoder.release();
  return {
    metrics,
    examples,
    latents: {
      z: trained.zMean,
      labels: trained.labels,
      logLikelihood: Float64Array.from(trained.logLikelihood),
      labelled: { z: known.zMean, labels: labelled.labels },
    },
  };
}

/** (macro + micro) / 2 F1 of the baselines, with the same labels. */
async function scoreBaselines(
  { train, labelled, test }: { train: Images; labelled: LabelledImages; test: LabelledImages },
  { session: { threads = 0 }, seed }: Pick<Context, "session" | "seed">,
): Promise<Record<string, number>> {
  const classes = classesOf(labelled.labels);
  const found = await baselines({
    unlabelled: train,
    labelled: labelled.images,
    labels: labelled.labels.map((label) => classes.indexOf(label)),
    test: test.images,
  }, { classes: classes.length, seed, threads });
  return Object.fromEntries(
    Object.entries<Int32Array>({ ...found }).map(([name, rows]) => {
      const predicted = rows.map((index) => classes[index]);
      const { meanF1 } = classificationScores(confusionMatrix(test.labels, predicted));
      return [`baseline${name[0].toUpperCase()}${name.slice(1)}`, meanF1];
    }),
  );
}
