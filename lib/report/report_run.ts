import { basename, resolve } from "node:path";
import { parse } from "@std/csv";
import { type Manifest, type Run, RUN_FILES } from "../run/run_folder.ts";
import type { Images } from "../data/dataset.ts";
import { type Metrics, reconstructImages } from "../metrics/evaluate.ts";
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
import { readExamples } from "../run/examples.ts";
import { parseSummary, type Summary } from "./summary.ts";

/** Images and what the model makes of them. */
export interface Reconstruction {
  readonly images: Images;
  readonly made: Images;
}

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
  const { latentDim, classNames, seed } = manifest;
  const classifier = parseMixture(await text(RUN_FILES.mixture), pathOf(run, RUN_FILES.mixture));
  const examples = await readExamples(await run.read(RUN_FILES.examples));
  const history = readHistory(await text(RUN_FILES.history));
  const sessions = {
    encoder: await createSession(await run.read(RUN_FILES.encoder), session),
    decoder: await createSession(await run.read(RUN_FILES.decoder), session),
  };
  const reconstruct = async (images: Images): Promise<Reconstruction> => ({
    images,
    made: await reconstructImages(images, sessions),
  });
  const latents = await readLatents(await run.read(RUN_FILES.latents), latentDim);
  const standard = latentDim === 2 ? manifold(SIDE.plane) : traversals(latentDim, SIDE.axis);
  // A second stage has another prior than N(0, I): the walk then goes where the images are.
  const grid = history.stageStarts.length === 0 ? standard : overImages(standard, latents.z);
  const { decoder } = sessions;
  const result: ReportRun = {
    name: basename(resolve(name)),
    manifest,
    metrics: JSON.parse(await text(RUN_FILES.metrics)),
    summary: parseSummary(await text(RUN_FILES.summary), pathOf(run, RUN_FILES.summary)),
    classifier,
    classNames: classifier.classes.map((label) => classNames?.[label] ?? String(label)),
    latents,
    ...history,
    reconstructions: {
      labelled: await reconstruct(examples.labelled),
      ...examples.test === undefined ? {} : { test: await reconstruct(examples.test) },
    },
    walk: { ...grid, images: await decodeLatents(decoder, grid.z) },
    samples: {
      prior: await decodeLatents(decoder, drawFromPrior(SAMPLES, latentDim, { seed })),
      mixture: await decodeLatents(decoder, drawFromMixture(SAMPLES, classifier, { seed })),
    },
  };
  await sessions.encoder.release();
  await sessions.decoder.release();
  return result;
}

function pathOf({ dir }: Run, file: string): string {
  return `${dir}/${file}`;
}

/** The losses in `history.csv`, the total first; those on validation images belong to their twins. */
function readHistory(
  text: string,
): Pick<ReportRun, "curves" | "stageStarts" | "imagesPerSecond"> {
  const rows = parse(text, { skipFirstRow: true }) as Record<string, string>[];
  const numbers = (column: string) =>
    rows.map((row) => row[column] === "" || row[column] === undefined ? null : Number(row[column]));
  const isKnown = (values: readonly (number | null)[]) => values.some((value) => value !== null);
  const losses = Object.keys(rows[0]).filter((column) =>
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
  const speeds = rows.map((row) => Number(row.imagesPerSecond));
  return {
    curves,
    stageStarts: rows.flatMap(({ stage }, i) =>
      i > 0 && stage !== rows[i - 1].stage ? [i + 1] : []
    ),
    imagesPerSecond: speeds.reduce((sum, speed) => sum + speed, 0) / rows.length,
  };
}

const LOSS_NAMES: Readonly<Record<string, string>> = {
  loss: "total",
  klLoss: "KL divergence",
};
