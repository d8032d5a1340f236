/**
 * What speaks against trusting a selected classifier, a sentence each.
 *
 * @param labels The labels of the labelled images, `[count]`.
 * @param predicted What the classifier predicts for them, `[count]`.
 * @param options `accuracy` is that on held-out rows, NaN if none was held out; `classNames` are the
 * names of the labels, where they have any.
 */
export function selectionWarnings(
  labels: Int32Array,
  predicted: Int32Array,
  { accuracy, classNames }: { accuracy: number; classNames?: readonly string[] | undefined },
): string[] {
  const warnings: string[] = [];
  const wrong = Array.from(labels.keys()).filter((row) => predicted[row] !== labels[row]);
  if (wrong.length > 0) {
    const nameOf = (label: number) => classNames?.[label] ?? String(label);
    const pairs = [
      ...new Set(wrong.map((row) => `${nameOf(labels[row])} as ${nameOf(predicted[row])}`)),
    ].sort();
    const more = pairs.length > MAX_PAIRS ? `, and ${pairs.length - MAX_PAIRS} more` : "";
    warnings.push(
      `${wrong.length} of ${labels.length} labelled images are predicted to be of another class ` +
        `(${
          pairs.slice(0, MAX_PAIRS).join(", ")
        }${more}): check their labels, or label more images`,
    );
  }
  const classCount = new Set(labels).size;
  if (Number.isNaN(accuracy)) {
    warnings.push(
      "with one labelled image per class none can be held out, so the accuracy is not estimated: " +
        "label at least two images of each class",
    );
  } else if (classCount > 1 && accuracy < CHANCE_FACTOR / classCount) {
    warnings.push(
      `the cross-validated accuracy is ${accuracy.toFixed(2)}, chance is ` +
        `${(1 / classCount).toFixed(2)}: the latent space does not separate the classes`,
    );
  }
  return warnings;
}

/** So many pairs of classes fit on a line. */
const MAX_PAIRS = 4;

/** An accuracy below so many times that of chance is near chance. */
const CHANCE_FACTOR = 1.5;
