/** What {@linkcode selectionWarnings} needs to know. */
export interface SelectionWarningsOptions {
  /** That on held-out rows, NaN if none was held out. */
  accuracy: number;
  /** What the classifier predicts for the unlabelled images, `[count]`. @default {none} */
  unlabelled?: Int32Array;
  /** The names of the labels, where they have any. */
  classNames?: readonly string[] | undefined;
}

/**
 * What speaks against trusting a classifier that learned from a few labels, a sentence each.
 *
 * @param labels The labels of the labelled images, `[count]`.
 * @param predicted What the classifier predicts for them, `[count]`.
 */
export function selectionWarnings(
  labels: Int32Array,
  predicted: Int32Array,
  { accuracy, unlabelled = new Int32Array(), classNames }: SelectionWarningsOptions,
): string[] {
  const nameOf = (label: number) => classNames?.[label] ?? String(label);
  return [
    ...wrongLabels(labels, predicted, nameOf),
    ...fewLabels(labels, accuracy, nameOf),
    ...nearChance(labels, accuracy),
    ...unequalShares(labels, unlabelled, nameOf),
  ];
}

/** So many pairs of classes fit on a line. */
const MAX_PAIRS = 4;

type NameOf = (label: number) => string;

function wrongLabels(labels: Int32Array, predicted: Int32Array, nameOf: NameOf): string[] {
  const wrong = Array.from(labels.keys()).filter((row) => predicted[row] !== labels[row]);
  if (wrong.length === 0) return [];
  const pairs = [
    ...new Set(wrong.map((row) => `${nameOf(labels[row])} as ${nameOf(predicted[row])}`)),
  ].sort();
  return [
    `${wrong.length} of ${labels.length} labelled images are predicted to be of another class ` +
    `(${listed(pairs)}): check their labels, or label more images`,
  ];
}

function fewLabels(labels: Int32Array, accuracy: number, nameOf: NameOf): string[] {
  if (Number.isNaN(accuracy)) {
    return [
      "with one labelled image per class none can be held out, so the accuracy is not estimated: " +
      "label at least two images of each class",
    ];
  }
  const single = [...countsOf(labels)].filter(([, count]) => count === 1).map(([label]) => label);
  if (single.length === 0) return [];
  return [
    `there is one labelled image of each of these classes: ${listed(single.map(nameOf))}; ` +
    "the score says nothing of them, label at least two images of each class",
  ];
}

/** An accuracy below so many times that of chance is near chance. */
const CHANCE_FACTOR = 1.5;

function nearChance(labels: Int32Array, accuracy: number): string[] {
  const classes = countsOf(labels).size;
  if (classes < 2 || !(accuracy < CHANCE_FACTOR / classes)) return [];
  return [
    `the cross-validated accuracy is ${accuracy.toFixed(2)}, chance is ${
      (1 / classes).toFixed(2)
    }: what was learned does not separate the classes, so check the labels, label more images, ` +
    "or try another --model (few-labels, vae)",
  ];
}

/** The most frequent class has this many times as many images as the rarest: they are unequal. */
const UNEQUAL = 5;

function unequalShares(labels: Int32Array, predicted: Int32Array, nameOf: NameOf): string[] {
  if (predicted.length === 0) return [];
  const counts = countsOf(predicted);
  const all = [...countsOf(labels).keys()].map((label) => ({
    label,
    share: (counts.get(label) ?? 0) / predicted.length,
  })).sort((a, b) => a.share - b.share);
  const [rarest, most] = [all[0], all.at(-1)!];
  if (most.share < UNEQUAL * rarest.share || all.length < 2) return [];
  const percent = ({ share }: { share: number }) => `${(100 * share).toFixed(1)} %`;
  return [
    `the classes are predicted for very unequal shares of the images, ${nameOf(most.label)} for ` +
    `${percent(most)} and ${nameOf(rarest.label)} for ${percent(rarest)}: if that is not so, ` +
    "label more images of both",
  ];
}

function countsOf(labels: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function listed(names: readonly string[]): string {
  const more = names.length > MAX_PAIRS ? `, and ${names.length - MAX_PAIRS} more` : "";
  return names.slice(0, MAX_PAIRS).join(", ") + more;
}
