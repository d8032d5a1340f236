import { stringify } from "@std/csv";
import { RUN_FILES, runOf, writeRun } from "../lib/run/run_folder.ts";
import { encodeLatents } from "../lib/run/latents_file.ts";
import { formatMixture } from "../lib/latent/mod.ts";
import { encodeModel } from "../lib/onnx/mod.ts";
import { type SessionOptions } from "../lib/runtime/mod.ts";
import { buildReport, drawRun, pngFiles, readReportRun } from "../lib/report/mod.ts";
import type { EpochLog } from "./core/fit.ts";
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
  const { encoder, decoder, classifiers, selection, history, metrics, description } = trained;
  const { summary, latents, examples } = await observeTrained(trained, { data, command, session });
  const text = new TextEncoder();
  const files: Record<string, Uint8Array> = {
    [RUN_FILES.encoder]: encodeModel(encoder),
    [RUN_FILES.decoder]: encodeModel(decoder),
    [RUN_FILES.classifier]: encodeModel(classifiers.float32),
    [RUN_FILES.classifierUint8]: encodeModel(classifiers.uint8),
    [RUN_FILES.mixture]: text.encode(formatMixture(selection.classifier)),
    [RUN_FILES.history]: text.encode(formatHistory(history.epochs)),
    [RUN_FILES.metrics]: text.encode(`${JSON.stringify(metrics, null, 2)}\n`),
    [RUN_FILES.summary]: text.encode(summary),
    [RUN_FILES.latents]: encodeLatents(latents),
    [RUN_FILES.examples]: examples,
  };
  await writeRun(out, async (dir) => {
    await writeFiles(dir, files);
    // From here on as anyone would who has nothing but the folder.
    const run = await runOf(dir, description);
    const drawn = await drawRun(await readReportRun(run, { name: out, session }));
    await Deno.mkdir(`${dir}/${RUN_FILES.plots}`);
    await writeFiles(`${dir}/${RUN_FILES.plots}`, await pngFiles(drawn.figures));
    await Deno.writeTextFile(`${dir}/${RUN_FILES.report}`, buildReport([drawn]));
    return description;
  }, { force });
}

async function writeFiles(dir: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${dir}/${name}`, bytes);
}

/** The columns of `history.csv`, in nats but for the last two. */
const HISTORY_COLUMNS = [
  "epoch",
  "stage",
  "loss",
  "reconstructionLoss",
  "klLoss",
  "consistencyLoss",
  "valLoss",
  "valReconstructionLoss",
  "valKlLoss",
  "learningRate",
  "imagesPerSecond",
] as const satisfies (keyof EpochLog)[];

function formatHistory(epochs: readonly EpochLog[]): string {
  return stringify(epochs.map((log) => ({ ...log })), { columns: [...HISTORY_COLUMNS] });
}
