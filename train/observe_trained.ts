import { createSession, type SessionOptions } from "../lib/runtime/mod.ts";
import {
  encodeExamples,
  formatSummary,
  type Observation,
  observeRun,
  pickExamples,
  type Summary,
} from "../lib/report/mod.ts";
import type { CandidateScore } from "../lib/latent/mod.ts";
import type { Latents } from "../lib/run/latents_file.ts";
import type { PreparedData } from "./prepare_data.ts";
import type { Trained } from "./train.ts";

/** What the report of a run needs besides its models and scores. */
export interface ObservedRun {
  /** The text of `summary.json`. */
  readonly summary: string;
  readonly latents: Latents;
  /** The bytes of `examples.npz`. */
  readonly examples: Uint8Array;
}

/** Options for {@linkcode observeTrained}. */
interface ObserveOptions {
  /** What it was trained, fitted and scored on. */
  data: PreparedData;
  /** The words of the command that asked for it. */
  command: readonly string[];
  /** How the models run. @default {{}} */
  session?: SessionOptions;
}

/** Runs a trained model over its images, and gathers what else its report tells. */
export async function observeTrained(
  { encoder, decoder, selection, history, layers, description }: Trained,
  { data, command, session = {} }: ObserveOptions,
): Promise<ObservedRun> {
  const { unlabelled, validation, labelled, test } = data;
  const sessions = {
    encoder: await createSession(encoder, session),
    decoder: await createSession(decoder, session),
  };
  const { observation, latents } = await observeRun(
    { trained: unlabelled, labelled, scored: test ?? labelled },
    { ...sessions, classifier: selection.classifier, seed: description.seed },
  );
  await sessions.encoder.release();
  await sessions.decoder.release();
  return {
    latents,
    examples: encodeExamples({
      labelled: pickExamples(labelled),
      ...test === undefined ? {} : { test: pickExamples(test) },
    }),
    summary: formatSummary({
      command: [...command],
      engine: history.engine,
      stoppedEarly: history.stoppedEarly,
      images: {
        trained: unlabelled.count,
        heldOut: validation?.count ?? 0,
        labelled: labelled.images.count,
        test: test?.images.count ?? null,
      },
      layers: layers.map((layer) => ({ ...layer, outputShape: [...layer.outputShape] })),
      candidates: selection.tried.map(candidateOf),
      chosen: selection.chosen.name,
      ...observation satisfies Observation,
    }),
  };
}

function candidateOf(
  { name, accuracy, logLoss, logLikelihood, failure }: CandidateScore,
): Summary["candidates"][number] {
  const orNull = (value: number) => Number.isFinite(value) ? value : null;
  return {
    name,
    accuracy: orNull(accuracy),
    logLoss: orNull(logLoss),
    logLikelihood: orNull(logLikelihood),
    ...failure === undefined ? {} : { failure },
  };
}
