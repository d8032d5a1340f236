import { basename, resolve } from "node:path";
import { latentDimOf, type Run, RUN_FILES } from "../run/run_folder.ts";
import type { Manifest } from "../run/manifest.ts";
import type { Images } from "../data/dataset.ts";
import type { Metrics } from "../metrics/evaluate.ts";
import {
  drawFromMixture,
  drawFromPrior,
  type LatentGrid,
  manifold,
  overImages,
  traversals,
} from "../latent/latent_points.ts";
import { type Latents, readLatents } from "../run/latents_file.ts";
import type { LatentClassifier } from "../latent/latent_classifier.ts";
import { parseMixture } from "../latent/mixture_json.ts";
import { createSession } from "../runtime/session.ts";
import type { SessionOptions } from "../runtime/session_options.ts";
import type { LossCurve } from "../plot/loss_curves.ts";
import { decodeLatents } from "../runtime/run_images.ts";
import { type ExampleSet, readExamples } from "../run/examples.ts";
import { type HistoryRow, readHistory } from "../run/history_file.ts";
import { readMetrics, type RunMetrics } from "../run/metrics_file.ts";
import type { Observation } from "./summary.ts";

/** Images and what the model makes of them. */
export interface Reconstruction {
  readonly images: Images;
  readonly made: Images;
}

/** Will go with the sections of a report that read the files of a run themselves. */
type Summary =
  & Pick<Manifest, "command" | "engine" | "stoppedEarly" | "layers">
  & NonNullable<RunMetrics["selection"]>
  & Observation
  & {
    readonly images: { trained: number; heldOut: number; labelled: number; test: number | null };
  };

/** All that a report says of a run, read from its folder and from nowhere else. */
export interface ReportRun {
  /** The name of its folder. */
  readonly name: string;
  readonly manifest: Manifest;
  readonly metrics: Metrics;
  readonly summary: Summary;
  readonly classifier: LatentClassifier;
  /** What each class is called, in the classifier's order. */
  readonly classNames: readonly string[];
  readonly latents: Latents;
  readonly curves: readonly LossCurve[];
  /** The epochs with which a further stage of training began. */
  readonly stageStarts: readonly number[];
  /** Images a second, mean over the epochs. */
  readonly imagesPerSecond: number;
  readonly reconstructions: { readonly labelled: Reconstruction; readonly test?: Reconstruction };
  /** The latent plane, or where the latent space is none, a walk along each axis. */
  readonly walk: LatentGrid & { readonly images: Images };
  readonly samples: { readonly prior: Images; readonly mixture: Images };
}

/** Points along each side of the latent plane, and along each axis of another space. */
const SIDE = { plane: 20, axis: 15 } as const;

/** How many images are drawn. */
const SAMPLES = 100;

/**
 * Reads a run and runs its decoder for the pictures of the report.
 *
 * @param options.name The folder's own path, if it is still being written under another.
 * @param options.session How its models run.
 * @throws {InputError} If a file of the run is missing or not what was written.
 */
export async function readReportRun(
  run: Run,
  { name = run.dir, session = {} }: { name?: string; session?: SessionOptions } = {},
): Promise<ReportRun> {
  const { manifest } = run;
  const text = async (file: string) => new TextDecoder().decode(await run.read(file));
  const { classNames, seed } = manifest;
  const latentDim = latentDimOf(run);
  const classifier = parseMixture(await text(RUN_FILES.mixture), pathOf(run, RUN_FILES.mixture));
  const examples = await readExamples(run);
  const history = lossesOf(await readHistory(run));
  const decoder = await createSession(await run.read(RUN_FILES.decoder), session);
  const latents = await readLatents(run);
  const { scored, classification, reconstruction, selection, ...metrics } = await readMetrics(run);
  const { counts } = manifest.data;
  const standard = latentDim === 2 ? manifold(SIDE.plane) : traversals(latentDim, SIDE.axis);
  // A second stage has another prior than N(0, I): the walk then goes where the images are.
  const grid = history.stageStarts.length === 0 ? standard : overImages(standard, latents.z);
  const result: ReportRun = {
    name: basename(resolve(name)),
    manifest,
    metrics: { ...scored!, ...classification!, ...reconstruction!, seed } as Metrics,
    summary: {
      ...manifest,
      ...selection!,
      calibration: classification!.calibration!,
      mixture: metrics.mixture!,
      outliers: metrics.outliers!,
      images: {
        trained: counts.train,
        heldOut: counts.validation ?? 0,
        labelled: counts.labelled,
        test: counts.test ?? null,
      },
    },
    classifier,
    classNames: classifier.classes.map((label) => classNames?.[label] ?? String(label)),
    latents,
    ...history,
    reconstructions: {
      labelled: shown(examples.labelled!),
      ...examples.test === undefined ? {} : { test: shown(examples.test) },
    },
    walk: { ...grid, images: await decodeLatents(decoder, grid.z) },
    samples: {
      prior: await decodeLatents(decoder, drawFromPrior(SAMPLES, latentDim, { seed })),
      mixture: await decodeLatents(decoder, drawFromMixture(SAMPLES, classifier, { seed })),
    },
  };
  await decoder.release();
  return result;
}

function shown({ images, reconstructed }: ExampleSet): Reconstruction {
  return { images, made: reconstructed! };
}

function pathOf({ dir }: Run, file: string): string {
  return `${dir}/${file}`;
}

/** The losses in `history.csv`, the total first; those on validation images belong to their twins. */
function lossesOf(
  rows: readonly HistoryRow[],
): Pick<ReportRun, "curves" | "stageStarts" | "imagesPerSecond"> {
  const numbers = (column: string) => rows.map(({ values }) => values.get(column) ?? null);
  const isKnown = (values: readonly (number | null)[]) => values.some((value) => value !== null);
  const losses = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))].filter((column) =>
    /^(loss|[a-z]\w*Loss)$/.test(column) && !/^val[A-Z]/.test(column) && isKnown(numbers(column))
  );
  const curves = losses.map((column) => {
    const validation = numbers(`val${column[0].toUpperCase()}${column.slice(1)}`);
    return {
      name: LOSS_NAMES[column] ?? column.replace(/Loss$/, ""),
      train: numbers(column),
      ...isKnown(validation) ? { validation } : {},
    };
  });
  const speeds = rows.map(({ values }) => values.get("imagesPerSecond") ?? 0);
  return {
    curves,
    stageStarts: rows.flatMap(({ phase }, i) =>
      i > 0 && phase !== rows[i - 1].phase ? [i + 1] : []
    ),
    imagesPerSecond: speeds.reduce((sum, speed) => sum + speed, 0) / rows.length,
  };
}

const LOSS_NAMES: Readonly<Record<string, string>> = {
  loss: "total",
  klLoss: "KL divergence",
};
