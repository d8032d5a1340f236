import { joinClasses, type JoinedLabels } from "../lib/data/classes.ts";
import type { ImageSource } from "../lib/data/image_source.ts";
import { InputError } from "../lib/input_error.ts";
import { classificationScores, confusionMatrix } from "../lib/metrics/classification.ts";
import { formatNumber } from "../lib/command/progress.ts";
import type { Classified } from "../lib/runtime/run_images.ts";
import { writeAll, writeFile } from "../lib/files/atomic_write.ts";
import type { Classifier } from "./classifier.ts";
import { predictChunks } from "./predict.ts";

/** Options for {@linkcode writePredictions}. */
export interface WritePredictionsOptions {
  /** The CSV file. */
  out: string;
  /**
   * Add each class's probability, and the log-likelihood where the run has an encoder.
   * @default {false}
   */
  probabilities?: boolean;
  /**
   * Adds the columns `Outlier_Score`, as the classifier gives it, and `Outlier`, true or false: an
   * outlier is less like the training images than all but this share of those held out.
   */
  outliers?: number | undefined;
  /** Replace the file. @default {false} */
  force?: boolean;
  /** Told how many images are done after each chunk. @default {() => {}} */
  onChunk?: (done: number) => void;
}

/** The predictions for a source of images. */
export interface Predictions {
  /** `[count]` */
  readonly labels: Int32Array;
  /** Whether each image is an outlier, where a rate was given: `[count]`. */
  readonly isOutlier?: readonly boolean[];
}

/**
 * Classifies images into a CSV file with the header `Predicted_Label` and one row an image, in their
 * order. Images that are files get a first column `File` with their names. Only one chunk of images is in memory at a time.
 *
 * @returns The predicted labels, `[source.count]`, and which images are outliers.
 * @throws {InputError} If the file cannot be written, or the classifier does not tell outliers.
 */
export async function writePredictions(
  source: ImageSource,
  classifier: Classifier,
  { out, probabilities = false, outliers: rate, force = false, onChunk = () => {} }:
    WritePredictionsOptions,
): Promise<Predictions> {
  const predicted = new Int32Array(source.count);
  const flagged: boolean[] = [];
  const { fileNames } = source;
  const header = [
    ...fileNames === undefined ? [] : ["File"],
    "Predicted_Label",
    ...probabilities
      ? [
        ...classifier.classes.map((label) => quote(`Probability_${classifier.nameOf(label)}`)),
        ...classifier.hasLikelihood ? ["Log_Likelihood"] : [],
      ]
      : [],
    ...rate === undefined ? [] : ["Outlier_Score", "Outlier"],
  ];
  await writeFile(out, async (file) => {
    const encoder = new TextEncoder();
    await writeAll(file, encoder.encode(`${header.join(",")}\n`));
    for await (const { start, answer, outliers } of predictChunks(source, classifier, rate)) {
      predicted.set(answer.labels, start);
      flagged.push(...outliers ?? []);
      const done = start + answer.labels.length;
      const files = fileNames?.slice(start, done);
      const rows = formatRows({ ...answer, outliers, files }, classifier, probabilities);
      await writeAll(file, encoder.encode(rows));
      onChunk(done);
    }
  }, { force });
  return { labels: predicted, ...rate === undefined ? {} : { isOutlier: flagged } };
}

/** Accuracy and F1 scores, in lines to print. */
export function formatScores(
  labels: Int32Array,
  predicted: Int32Array,
  { classifier, unknown }: { classifier: Classifier; unknown: readonly string[] },
): string[] {
  const { accuracy, macro, micro, meanF1 } = classificationScores(
    confusionMatrix(labels, predicted),
  );
  const lines = [
    `accuracy ${formatNumber(accuracy)}, F1 macro ${formatNumber(macro.f1)} micro ${
      formatNumber(micro.f1)
    } (macro+micro)/2 ${formatNumber(meanF1)}`,
  ];
  const others = labels.filter((label) => !classifier.classes.includes(label)).length;
  if (others > 0) {
    lines.push(
      `${others} images have labels that the run does not know (${
        unknown.join(", ")
      }): counted as wrong`,
    );
  }
  return lines;
}

/** How many images are outliers, and the accuracy of the others where they have labels. */
export function formatOutliers(
  { labels: predicted, isOutlier }: Predictions,
  labels: Int32Array | undefined,
): string[] {
  if (isOutlier === undefined) return [];
  const percent = (part: number, whole: number) => `${(100 * part / whole).toFixed(1)}%`;
  const kept = isOutlier.filter((outlier) => !outlier).length;
  const right = labels?.reduce(
    (sum, label, i) => sum + Number(!isOutlier[i] && predicted[i] === label),
    0,
  );
  const outliers = isOutlier.length - kept;
  return [
    `${outliers} outliers (${percent(outliers, isOutlier.length)})${
      right === undefined || kept === 0 ? "" : `, accuracy of the others ${percent(right, kept)}`
    }`,
  ];
}

/** The labels of a source in the numbers of the run's classes, joined by name where there are any. */
export function labelsOf(
  source: ImageSource,
  { classes, classNames }: Classifier,
): Pick<JoinedLabels, "unknown" | "warnings"> & { labels?: Int32Array } {
  const { labels } = source;
  if (labels === undefined) return { unknown: [], warnings: [] };
  const known = { labels: Int32Array.from(classes), classNames };
  try {
    const joined = joinClasses(known, { ...source, labels }, { name: "the images" });
    // Also classes that have a name and were not learned.
    const unknown = [...new Set(joined.labels)].filter((label) => !classes.includes(label))
      .sort((a, b) => a - b).map((label) => joined.classNames?.[label] ?? String(label));
    return { ...joined, unknown };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { unknown: [], warnings: [`no scores: ${error.message}`] };
  }
}

function formatRows(
  answer: Classified & {
    outliers?: readonly boolean[] | undefined;
    files: readonly string[] | undefined;
  },
  classifier: Classifier,
  probabilities: boolean,
): string {
  const { labels, logLikelihood, probabilities: { data }, outlierScores, outliers, files } = answer;
  const columns = classifier.classes.length;
  const names = new Map<number, string>();
  const rows = Array.from(labels, (label, i) => {
    let name = names.get(label);
    if (name === undefined) names.set(label, name = textCell(classifier.nameOf(label)));
    const row = probabilities
      ? [
        ...Array.from(data.subarray(i * columns, (i + 1) * columns), exact),
        ...logLikelihood === undefined ? [] : [exact(logLikelihood[i])],
      ]
      : [];
    return [
      ...files === undefined ? [] : [textCell(files[i])],
      name,
      ...row,
      ...outliers === undefined ? [] : [exact(outlierScores![i]), String(outliers[i])],
    ].join(",");
  });
  return `${rows.join("\n")}\n`;
}

/** With 9 digits, enough for every float32 to be read back unchanged. */
function exact(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/**
 * A field of text that spreadsheets do not run as a formula: an apostrophe goes before a leading
 * `=`, `+`, `-`, `@`, tab or return. Integers, such as the label -1, stay as they are.
 */
function textCell(text: string): string {
  return quote(/^[=+\-@\t\r]/.test(text) && !/^-\d+$/.test(text) ? `'${text}` : text);
}

/** A field of CSV (RFC 4180, section 2). */
function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
