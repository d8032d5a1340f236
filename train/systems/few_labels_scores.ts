import { slice } from "../../lib/array/rows.ts";
import { histogramOf } from "../../lib/array/stats.ts";
import { baselines } from "../../lib/classical/baselines.ts";
import { classesOf, type Images, type LabelledImages, toFloat32 } from "../../lib/data/mod.ts";
import { outlierLimits, outlierReason } from "../../lib/latent/outlier.ts";
import { calibrationOf } from "../../lib/metrics/calibration.ts";
import { classificationScores, confusionMatrix } from "../../lib/metrics/classification.ts";
import { ReconstructionTally } from "../../lib/metrics/reconstruction.ts";
import { reconstructionErrors } from "../../lib/metrics/reconstruction_error.ts";
import { type ExampleSet, pickExamples } from "../../lib/run/examples.ts";
import { createSession, type Session } from "../../lib/runtime/mod.ts";
import { classifyImages, decodeLatents } from "../../lib/runtime/run_images.ts";
import type { FewLabelsData } from "../data/roles.ts";
import type { Context, Outcome } from "./system.ts";

/** What `classifier.onnx` says of images; this system's gives features and log-likelihoods. */
async function answer(classifier: Session, images: Images) {
  const { labels, probabilities, logLikelihood, zMean } = await classifyImages(
    classifier,
    toFloat32(images),
  );
  return { labels, probabilities, logLikelihood: logLikelihood!, zMean: zMean! };
}

/** The same, and how near reconstructions come. */
async function predict(
  { images, classifier, decoder }: { images: Images; classifier: Session; decoder: Session },
) {
  const answered = await answer(classifier, images);
  const tally = new ReconstructionTally();
  const [count] = images.shape;
  const reconstructionError = new Float32Array(count);
  for (let start = 0; start < count; start += 1000) {
    const end = Math.min(count, start + 1000);
    const chunk = toFloat32(slice(images, start, end));
    const reconstructed = await decodeLatents(decoder, slice(answered.zMean, start, end));
    tally.add(chunk, reconstructed);
    reconstructionError.set(
      reconstructionErrors(chunk.data, reconstructed.data, end - start),
      start,
    );
  }
  return { ...answered, reconstruction: tally.scores(), reconstructionError };
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
  const trained = await predict({ images: train, classifier, decoder });
  const predicted = await predict({ images: scored.images, classifier, decoder });
  const known = await answer(classifier, labelled.images);
  const limits = outlierLimits(trained);
  const correct = Array.from(predicted.labels, (label, i) => label === scored.labels[i]);
  const kept = correct.filter((_, i) =>
    outlierReason({
      logLikelihood: predicted.logLikelihood[i],
      reconstructionError: predicted.reconstructionError[i],
    }, limits) === undefined
  );
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
    reconstruction: predicted.reconstruction,
    outliers: {
      rate: limits.rate,
      thresholds: {
        logLikelihood: limits.logLikelihood,
        reconstructionError: limits.reconstructionError!,
      },
      share: 1 - kept.length / correct.length,
      accuracyOfOthers: kept.length === 0 ? null : kept.filter(Boolean).length / kept.length,
      histograms: {
        logLikelihood: histogramOf([trained.logLikelihood, predicted.logLikelihood]),
        reconstructionError: histogramOf(
          [trained.reconstructionError, predicted.reconstructionError],
          { tails: [0, 0.002] },
        ),
      },
    },
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
      reconstructionError: trained.reconstructionError,
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
