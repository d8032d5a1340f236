import { stringify } from "@std/csv";
import { RUN_FILES, writeRun } from "../lib/artifact.ts";
import type { Images } from "../lib/data/mod.ts";
import { formatMixture } from "../lib/mixture/mod.ts";
import { encodeModel } from "../lib/onnx/mod.ts";
import type { EpochLog } from "./fit.ts";
import type { Trained } from "./train.ts";
import { drawPlots } from "./plots.ts";

/** Options for {@linkcode writeTrained}. */
export interface WriteTrainedOptions {
  /** Images to show beside their reconstructions. */
  images: Images;
  /** Replace the run that stands there. @default {false} */
  force?: boolean;
}

/** Writes a run folder, whole or not at all. */
export async function writeTrained(
  out: string,
  trained: Trained,
  { images, force = false }: WriteTrainedOptions,
): Promise<void> {
  const { encoder, decoder, classifiers, selection, history, metrics, description } = trained;
  const text = new TextEncoder();
  const files: Record<string, Uint8Array> = {
    [RUN_FILES.encoder]: encodeModel(encoder),
    [RUN_FILES.decoder]: encodeModel(decoder),
    [RUN_FILES.classifier]: encodeModel(classifiers.float32),
    [RUN_FILES.classifierUint8]: encodeModel(classifiers.uint8),
    [RUN_FILES.mixture]: text.encode(formatMixture(selection.classifier)),
    [RUN_FILES.history]: text.encode(formatHistory(history.epochs)),
    [RUN_FILES.metrics]: text.encode(`${JSON.stringify(metrics, null, 2)}\n`),
  };
  const plots = await drawPlots(trained, images);
  await writeRun(out, async (dir) => {
    await Deno.mkdir(`${dir}/${RUN_FILES.plots}`);
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(`${dir}/${name}`, bytes);
    }
    for (const [name, bytes] of Object.entries(plots)) {
      await Deno.writeFile(`${dir}/${RUN_FILES.plots}/${name}`, bytes);
    }
    return description;
  }, { force });
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
