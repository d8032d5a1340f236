import { createSession, type SessionOptions } from "../lib/runtime/mod.ts";
import { observeRun } from "../lib/report/mod.ts";
import type { Images } from "../lib/data/mod.ts";
import type { CandidateScore } from "../lib/latent/mod.ts";
import { reconstructImages } from "../lib/metrics/evaluate.ts";
import { type Examples, type ExampleSet, pickExamples } from "../lib/run/examples.ts";
import type { Latents } from "../lib/run/latents_file.ts";
import type { RunMetrics } from "../lib/run/metrics_file.ts";
import type { PreparedData } from "./prepare_data.ts";
import type { Trained } from "./train.ts";

/** What a run folder holds of the images that its models were run on. */
export interface ObservedRun {
  readonly metrics: RunMetrics;
  readonly latents: Latents;
  readonly examples: Examples;
}

/** Options for {@linkcode observeTrained}. */
interface ObserveOptions {
  /** What it was trained, fitted and scored on. */
  data: PreparedData;
  /** How the models run. @default {{}} */
  session?: SessionOptions;
}

/** Runs a trained model over its images, and gathers what else its report tells. */
export async function observeTrained(
  { encoder, decoder, selection, metrics, description }: Trained,
  { data: { unlabelled, labelled, test }, session = {} }: ObserveOptions,
): Promise<ObservedRun> {
  const sessions = {
    encoder: await createSession(encoder, session),
    decoder: await createSession(decoder, session),
  };
  const { observation: { calibration, ...observation }, latents } = await observeRun(
    { trained: unlabelled, labelled, scored: test ?? labelled },
    { ...sessions, classifier: selection.classifier, seed: description.seed },
  );
  const shown = async (images: Images): Promise<ExampleSet> => ({
    images,
    reconstructed: await reconstructImages(images, sessions),
  });
  const examples = {
    labelled: await shown(pickExamples(labelled)),
    ...test && { test: await shown(pickExamples(test)) },
  };
  await sessions.encoder.release();
  await sessions.decoder.release();
  const { count, split, seed: _seed, draws, meanSquaredError, structuralSimilarity, ...scores } =
    metrics;
  return {
    latents,
    examples,
    metrics: {
      scored: { count, split },
      classification: { ...scores, calibration, ...draws && { labelSamples: draws } },
      reconstruction: { meanSquaredError, structuralSimilarity },
      selection: { chosen: selection.chosen.name, candidates: selection.tried.map(candidateOf) },
      ...observation,
    },
  };
}

function candidateOf(
  { name, accuracy, logLoss, logLikelihood, failure }: CandidateScore,
): NonNullable<RunMetrics["selection"]>["candidates"][number] {
  const orNull = (value: number) => Number.isFinite(value) ? value : null;
  return {
    name,
    accuracy: orNull(accuracy),
    logLoss: orNull(logLoss),
    logLikelihood: orNull(logLikelihood),
    ...failure === undefined ? {} : { failure },
  };
}
