import { openContents, RUN_FILES, writeRun } from "../lib/run/run_folder.ts";
import { encodeExamples } from "../lib/run/examples.ts";
import { formatHistory } from "../lib/run/history_file.ts";
import { encodeLatents } from "../lib/run/latents_file.ts";
import { formatMetrics } from "../lib/run/metrics_file.ts";
import { formatMixture } from "../lib/latent/mod.ts";
import { encodeModel } from "../lib/onnx/mod.ts";
import { type SessionOptions } from "../lib/runtime/mod.ts";
import { reportFiles } from "../lib/report/mod.ts";
import { observeTrained } from "./observe_trained.ts";
import type { PreparedData } from "./prepare_data.ts";
import type { Trained } from "./train.ts";

/** Options for {@linkcode writeTrained}. */
export interface WriteTrainedOptions {
  /** What it was trained, fitted and scored on. */
  data: PreparedData;
  /** The words of the command that asked for it. */
  command: readonly string[];
  /** Replace the run that stands there. @default {false} */
  force?: boolean;
  /** How the models run for what the report shows. @default {{}} */
  session?: SessionOptions;
}

/** Writes a run folder with its plots and its report, whole or not at all. */
export async function writeTrained(
  out: string,
  trained: Trained,
  { data, command, force = false, session = {} }: WriteTrainedOptions,
): Promise<void> {
  const { encoder, decoder, classifiers, selection, history, layers } = trained;
  const { metrics, latents, examples } = await observeTrained(trained, { data, session });
  const text = new TextEncoder();
  const files: Record<string, Uint8Array> = {
    [RUN_FILES.encoder]: encodeModel(encoder),
    [RUN_FILES.decoder]: encodeModel(decoder),
    [RUN_FILES.classifier]: encodeModel(classifiers.float32),
    [RUN_FILES.classifierUint8]: encodeModel(classifiers.uint8),
    [RUN_FILES.mixture]: text.encode(formatMixture(selection.classifier)),
    [RUN_FILES.history]: text.encode(
      formatHistory(history.epochs.map(({ stage: phase, ...log }) => ({ phase, ...log }))),
    ),
    [RUN_FILES.metrics]: text.encode(formatMetrics(metrics)),
    [RUN_FILES.latents]: encodeLatents(latents),
    [RUN_FILES.examples]: encodeExamples(examples),
  };
  const { unlabelled, validation, labelled, test } = data;
  const description = {
    ...trained.description,
    data: {
      counts: {
        train: unlabelled.shape[0],
        ...validation && { validation: validation.shape[0] },
        labelled: labelled.labels.length,
        ...test && { test: test.labels.length },
      },
    },
    date: new Date().toISOString(),
    command: [...command],
    engine: history.engine,
    stoppedEarly: history.stoppedEarly,
    layers: [...layers],
  };
  // The report is written from what the folder will hold, as `report` writes it again.
  const run = await openContents(out, { description, files });
  const report = await reportFiles(run, { session });
  await writeRun(out, { description, files: { ...files, ...report.files } }, { force });
}
