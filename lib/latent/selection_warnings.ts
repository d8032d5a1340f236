/**
 * What speaks against trusting a selected classifier, a sentence each.
 *
 * @param labels The labels of the labelled images, `[count]`.
 * @param predicted What the classifier predicts for them, `[count]`.
 * @param chosen `accuracy` is that on held-out rows, NaN if none was held out.
 */
export function selectionWarnings(
  labels: Int32Array,
  predicted: Int32Array,
  { accuracy }: { accuracy: number },
): string[] {
  const warnings: string[] = [];
  const wrong = Array.from(labels.keys()).filter((row) => predicted[row] !== labels[row]);
  if (wrong.length > 0) {
    const pairs = [...new Set(wrong.map((row) => `${labels[row]} as ${predicted[row]}`))].sort();
    warnings.push(
      `${wrong.length} of ${labels.length} labelled images are predicted to be of another class ` +
        `(${pairs.join(", ")}): check their labels, or label more images`,
    );
  }
  const classCount = new Set(labels).size;
  if (Number.isNaN(accuracy)) {
    warnings.push(
      "With one labelled image a class none can be held out, so the accuracy is not estimated: " +
        "label at least two images of each class",
    );
  } else if (classCount > 1 && accuracy < CHANCE_FACTOR / classCount) {
    warnings.push(
      `The cross-validated accuracy is ${accuracy.toFixed(2)}, chance is ` +
        `${(1 / classCount).toFixed(2)}: the latent space does not separate the classes`,
    );
  }
  return warnings;
}

/** An accuracy below so many times that of chance is near chance. */
const CHANCE_FACTOR = 1.5;
