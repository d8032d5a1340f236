import { take } from "../../lib/array/rows.ts";
import { neighbourGraph } from "../../lib/classical/neighbour_graph.ts";
import { labelNames } from "../../lib/data/classes.ts";
import { InputError } from "../../lib/input_error.ts";
import { type AccuracyEstimate, estimateAccuracy } from "../../lib/labelling/estimate_accuracy.ts";
import { fitNamed } from "../../lib/labelling/fit_named.ts";
import {
  type Decision,
  namedRows,
  propagateDecisions,
} from "../../lib/labelling/propagate_decisions.ts";
import { classifyLatents } from "../../lib/latent/latent_classifier.ts";
import { formatMixture } from "../../lib/latent/mixture_json.ts";
import { scorePredictions } from "../../lib/metrics/classification.ts";
import { decodeModel, encodeModel } from "../../lib/onnx/proto.ts";
import { reportFiles } from "../../lib/report/plot_report.ts";
import { readLabelling } from "../../lib/run/labelling_file.ts";
import { encodeLatents, readLatents } from "../../lib/run/latents_file.ts";
import { formatMetrics, readMetrics, type RunMetrics } from "../../lib/run/metrics_file.ts";
import {
  openContents,
  readRun,
  type Run,
  RUN_FILES,
  type RunContents,
  writeRun,
} from "../../lib/run/run_folder.ts";
import type { SessionOptions } from "../../lib/runtime/session_options.ts";
import type { LabelStore } from "./label_store.ts";
import { buildNamed } from "./named_graph.ts";

/** What {@linkcode finishLabels} wrote. */
export interface Finished {
  readonly version: string;
  readonly classNames: readonly string[];
  readonly estimate: AccuracyEstimate | undefined;
  /** A sentence for each part of the report that failed. */
  readonly failures: readonly string[];
}

/**
 * Makes a classifier of what a person decided, and writes it into the run with its mixture, scores and
 * report: whole or not at all.
 *
 * @param options `version`: that of the labels, as the page has them.
 * @returns `undefined` if the labels have changed since.
 * @throws {InputError} If fewer than two classes are named, or the folder cannot be written.
 */
export async function finishLabels(
  dir: string,
  store: LabelStore,
  { version, session = {} }: { version: string; session?: SessionOptions },
): Promise<Finished | undefined> {
  return await store.inTurn(async () => {
    const { decisions, version: now } = await store.read();
    if (now !== version) return undefined;
    const run = await readRun(dir);
    const { contents, ...found } = await nameClasses(run, store, decisions);
    const { files, failures } = await reportFiles(await openContents(dir, contents), { session });
    await writeRun(dir, { ...contents, files: { ...contents.files, ...files } }, { force: true });
    return { version: (await store.read()).version, ...found, failures };
  });
}

/** The run with a classifier, before it has a report. */
async function nameClasses(
  run: Run,
  store: LabelStore,
  decisions: readonly Decision[],
): Promise<Pick<Finished, "classNames" | "estimate"> & { contents: RunContents }> {
  const { space } = await readLabelling(run);
  const { z } = await readLatents(run);
  const graph = neighbourGraph(space.neighbours);
  const { classNames, predicted } = propagateDecisions(graph, decisions);
  if (classNames.length < 2) {
    throw new InputError(
      `Cannot finish: ${classNames.length} classes are named, at least two are needed`,
    );
  }
  const named = labelNames(classNames);
  const classes = [...named.labels];
  const classifier = fitNamed(z, { predicted, classes });
  const classified = classifyLatents(classifier, z);
  const known = namedRows(decisions, classNames);
  const estimate = estimateAccuracy(graph, known, { classes: classes.length });
  const unlabelled = decodeModel(await run.read(RUN_FILES.unlabelled));
  const labelled = Int32Array.from(known.classes, (column) => classes[column]);
  const text = new TextEncoder();
  const { files, format: _format, formatVersion: _version, ...description } = run.manifest;
  const kept = Object.keys(files).filter((name) => !name.startsWith(`${RUN_FILES.plots}/`));
  const unchanged = await Promise.all(
    kept.map(async (name) => [name, await run.read(name)] as const),
  );
  const { classNames: _names, ...others } = description;
  return {
    classNames,
    estimate,
    contents: {
      description: {
        ...others,
        classes,
        ...named.classNames && { classNames: [...named.classNames] },
        date: new Date().toISOString(),
        data: { ...others.data, counts: { ...others.data.counts, labelled: known.rows.length } },
      },
      files: {
        ...Object.fromEntries(unchanged),
        [RUN_FILES.classifier]: encodeModel(
          buildNamed(unlabelled, classifier, { input: "float32", ...named }),
        ),
        [RUN_FILES.classifierUint8]: encodeModel(
          buildNamed(unlabelled, classifier, { input: "uint8", ...named }),
        ),
        [RUN_FILES.mixture]: text.encode(formatMixture(classifier)),
        [RUN_FILES.metrics]: text.encode(
          formatMetrics(withScores(await readMetrics(run), estimate, classes)),
        ),
        [RUN_FILES.latents]: encodeLatents({
          z,
          labels: classified.labels,
          logLikelihood: classified.logLikelihood,
          labelled: { z: take(z, known.rows), labels: labelled },
        }),
        [RUN_FILES.labels]: text.encode(
          store.format(decisions, Array.from(predicted, (column) => classNames[column])),
        ),
      },
    },
  };
}

/** The metrics with scores of the labelled images, where there are enough to hold some out. */
function withScores(
  { scored: _scored, classification: _classification, ...metrics }: RunMetrics,
  estimate: AccuracyEstimate | undefined,
  classes: readonly number[],
): RunMetrics {
  if (estimate === undefined) return metrics;
  const { heldOut, accuracy } = estimate;
  return {
    ...metrics,
    scored: {
      count: heldOut.length,
      split: "labelled images by cross-validation",
      crossValidated: "each is predicted by spreading the other labels over all images; " +
        "they were chosen because they are hard or typical, and are no random sample",
    },
    classification: scorePredictions(heldOut.map(({ label }) => classes[label]), {
      labels: heldOut.map(({ predicted }) => classes[predicted]),
      confidence: heldOut.map(({ confidence }) => confidence),
    }),
    estimatedAccuracy: accuracy,
  };
}
