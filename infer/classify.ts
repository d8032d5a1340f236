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
  writePredictions,
  type WritePredictionsOptions,
} from "./predictions.ts";
import { OutlierDetector } from "./outliers.ts";

/** The options of the command. */
export type ClassifyValues =
  & OptionValues<typeof classifyOptions>
  & PositionalValues<typeof imagesPositional>;

/** The command `classify`: predicts the label of each image, into a CSV file. */
export async function classify(values: ClassifyValues, status: ProgressStream): Promise<string[]> {
  await checkFileOut(values.out, values);
  const run = await readRun(values.run);
  const source = await openRunImages(values.images, run, values);
  return await withDevice(values, status, async (session) => {
    const { outliers: rate } = values;
    const detector = rate === undefined
      ? undefined
      : await OutlierDetector.open(run, { ...session, rate });
    const classifier = openClassifier(run, session);
    return await classifySource(source, classifier, { ...values, detector, status });
  });
}

/** Writes the predictions, releases the models, and returns the lines to print. */
export async function classifySource(
  source: ImageSource,
  classifier: Classifier,
  options: WritePredictionsOptions & { status: ProgressStream },
): Promise<string[]> {
  const progress = new Progress(options.status);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const { count } = source;
  const predicted = await writePredictions(source, classifier, {
    ...options,
    onChunk: (done) => progress.update({ unit: "images", done, total: count, seconds: seconds() }),
  });
  progress.clear();
  await classifier.release();
  await options.detector?.release();
  const { labels, unknown, warnings } = labelsOf(source, classifier);
  return [
    ...[...source.warnings, ...warnings].map((warning) => `warning: ${warning}`),
    `${count} images classified in ${formatDuration(seconds())}: ${options.out}`,
    ...labels === undefined ? [] : formatScores(labels, predicted.labels, { classifier, unknown }),
    ...formatOutliers(predicted, labels),
  ];
}
