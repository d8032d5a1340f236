import { join } from "node:path";
import { readRun } from "../lib/run/run_folder.ts";
import type { ImageSource } from "../lib/data/image_source.ts";
import type { OptionValues, PositionalValues } from "../lib/command/flags.ts";
import { withDevice } from "../lib/command/with_device.ts";
import { formatDuration, Progress, type ProgressStream } from "../lib/command/progress.ts";
import { checkFileOut } from "../lib/files/atomic_write.ts";
import { type Classifier, openClassifier } from "./classifier.ts";
import { openRunImages } from "./load.ts";
import type { classifyOptions, imagesPositional } from "./options.ts";
import {
  formatOutliers,
  formatScores,
  labelsOf,
  type Predictions,
  writePredictions,
  type WritePredictionsOptions,
} from "./predictions.ts";
import { checkSortInto, sortInto } from "./sort_into.ts";
import { platform } from "../lib/platform/platform.ts";

/** The options of the command. */
export type ClassifyValues =
  & OptionValues<typeof classifyOptions>
  & PositionalValues<typeof imagesPositional>;

/** The command `classify`: predicts the label of each image, into a CSV file. */
export async function classify(values: ClassifyValues, status: ProgressStream): Promise<string[]> {
  await checkFileOut(values.out, values);
  const run = await readRun(values.run);
  const source = await openRunImages(values.images, run, values);
  const { sortInto } = values;
  if (sortInto !== undefined) await checkSortInto(sortInto, { ...source, images: values.images });
  return await withDevice(values, status, async (session) => {
    return await classifySource(source, openClassifier(run, session), { ...values, status });
  });
}

/** Writes the predictions, releases the models, and returns the lines to print. */
export async function classifySource(
  source: ImageSource,
  classifier: Classifier,
  options: WritePredictionsOptions & {
    status: ProgressStream;
    /** What the images were opened from, where they are sorted into a folder. */
    images?: string;
    sortInto?: string | undefined;
  },
): Promise<string[]> {
  const progress = new Progress(options.status);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const { count } = source;
  const predicted = await writePredictions(source, classifier, {
    ...options,
    onChunk: (done) => progress.update({ unit: "images", done, total: count, seconds: seconds() }),
  });
  const duration = formatDuration(seconds());
  const sorted = await sortPredicted(source, predicted, { ...options, classifier, progress });
  progress.clear();
  await classifier.release();
  const { labels, unknown, warnings } = labelsOf(source, classifier);
  return [
    ...[...source.warnings, ...warnings].map((warning) => `warning: ${warning}`),
    `${count} images classified in ${duration}: ${options.out}`,
    ...labels === undefined ? [] : formatScores(labels, predicted.labels, { classifier, unknown }),
    ...formatOutliers(predicted, labels),
    ...sorted,
  ];
}

/** Copies the files into class folders, where that is asked for, and returns the lines to print. */
async function sortPredicted(
  { fileNames = [], count }: ImageSource,
  { labels, isOutlier }: Predictions,
  { images, sortInto: dir, classifier, progress }: {
    images?: string;
    sortInto?: string | undefined;
    classifier: Classifier;
    progress: Progress;
  },
): Promise<string[]> {
  if (dir === undefined || images === undefined) return [];
  const isFolder = (await platform.stat(images)).isDirectory;
  const start = performance.now();
  const { counts, renamed } = await sortInto(
    dir,
    fileNames.map((name) => isFolder ? join(images, name) : name),
    {
      classes: Array.from(labels, (label) => classifier.nameOf(label)),
      isOutlier,
      onProgress: (done) =>
        progress.update({
          unit: "files",
          done,
          total: count,
          seconds: (performance.now() - start) / 1000,
        }),
    },
  );
  return [
    `${count} files copied into ${dir}: ${
      [...counts].map(([name, count]) => `${count} ${name}`).join(", ")
    }`,
    ...[...renamed].map(([name, folder]) =>
      `warning: the folder of class ${JSON.stringify(name)} is "${folder}"`
    ),
  ];
}
