import { basename, resolve } from "node:path";
import type { Images } from "../../data/dataset.ts";
import type { NdArray } from "../../array/ndarray.ts";
import type { LatentClassifier } from "../../latent/latent_classifier.ts";
import { type Examples, readExamples } from "../../run/examples.ts";
import { type HistoryRow, readHistory } from "../../run/history_file.ts";
import { type Latents, readLatents, readMixture } from "../../run/latents_file.ts";
import type { Manifest } from "../../run/manifest.ts";
import { readMetrics, type RunMetrics } from "../../run/metrics_file.ts";
import { openModel } from "../../run/open_model.ts";
import { type Run, RUN_FILES } from "../../run/run_folder.ts";
import { decodeLatents } from "../../runtime/run_images.ts";
import type { Session } from "../../runtime/session.ts";
import type { SessionOptions } from "../../runtime/session_options.ts";

/** What the files of a run say. What its system does not write is absent. */
export interface RunContent {
  /** The name of its folder. */
  readonly name: string;
  readonly manifest: Manifest;
  readonly metrics: RunMetrics;
  readonly history: readonly HistoryRow[];
}

/** All that a report shows of a run, read from its folder and from nowhere else. */
export interface ReportRun extends RunContent {
  readonly latents: Latents | undefined;
  readonly examples: Examples;
  /** The mixture of `gmm.json`. */
  readonly classifier: LatentClassifier | undefined;
  /** The images of points `[count, latentDim]`; absent where no decoder takes such points. */
  readonly decode: ((z: NdArray<"float32">) => Promise<Images>) | undefined;
  /** Frees the decoder. */
  release(): Promise<void>;
}

/**
 * Reads what a report shows of a run. Its decoder is opened when it is first used.
 *
 * @throws {InputError} If a file of the run is damaged.
 */
export async function readReportRun(run: Run, session: SessionOptions = {}): Promise<ReportRun> {
  const { manifest } = run;
  const read = async <T>(file: string, reader: (run: Run) => Promise<T>) =>
    Object.hasOwn(manifest.files, file) ? await reader(run) : undefined;
  const hasLatents = manifest.latentDim !== undefined;
  let decoder: Promise<Session> | undefined;
  const open = () => openModel(run, "decoder", session);
  return {
    name: basename(resolve(run.dir)),
    manifest,
    metrics: await read(RUN_FILES.metrics, readMetrics) ?? {},
    history: await read(RUN_FILES.history, readHistory) ?? [],
    latents: hasLatents ? await read(RUN_FILES.latents, readLatents) : undefined,
    examples: await read(RUN_FILES.examples, readExamples) ?? {},
    classifier: hasLatents ? await read(RUN_FILES.mixture, readMixture) : undefined,
    decode: hasLatents && manifest.condition === undefined &&
        Object.hasOwn(manifest.files, RUN_FILES.decoder)
      ? async (z) => await decodeLatents(await (decoder ??= open()), z)
      : undefined,
    release: async () => await (await decoder)?.release(),
  };
}

/** Labels as the report calls them. */
export function namesOf({ manifest }: RunContent, labels: readonly number[]): string[] {
  return labels.map((label) => manifest.classNames?.[label] ?? String(label));
}

/** The first epochs of the second and further phases of training. */
export function phaseStarts(history: readonly HistoryRow[]): { epoch: number; phase: string }[] {
  return history.filter(({ phase }, i) => i > 0 && phase !== history[i - 1].phase);
}

/** Whether N(0, I) is where the images lie in the latent space: the one prior it was trained with. */
export function hasNormalPrior(history: readonly HistoryRow[]): boolean {
  return history.every(({ phase }) => phase === "elbo");
}

/** The mean speed of training over the epochs, rounded. */
export function imagesPerSecond({ history }: RunContent): number | undefined {
  const speeds = history.flatMap(({ values }) => values.get("imagesPerSecond") ?? []);
  if (speeds.length === 0) return undefined;
  return Math.round(speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length);
}
