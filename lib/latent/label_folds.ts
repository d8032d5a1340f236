import { Random } from "../array/random.ts";

/**
 * Splits labelled rows into parts to hold out in turn.
 *
 * @param labels `[count]`.
 * @returns Row indices, at most `folds` parts, none empty; each class is spread over all parts. A
 * class with a single row is in none. A single part without rows if nothing can be held out.
 */
export function splitLabels(labels: Int32Array, folds: number, random: Random): number[][] {
  const parts = Array.from({ length: folds }, (): number[] => []);
  const order = random.permutation(labels.length);
  for (const label of new Set(labels.toSorted())) {
    const rows = Array.from(order).filter((row) => labels[row] === label);
    // With fewer rows than parts, some parts hold none of this class; with more, some hold several.
    if (rows.length > 1) rows.forEach((row, i) => parts[i % folds].push(row));
  }
  const filled = parts.filter((part) => part.length > 0);
  return filled.length === 0 ? [[]] : filled;
}

/** The same parts for all that is cross-validated with a seed; none where nothing can be held out. */
export function labelFolds(labels: Int32Array, seed: number): number[][] {
  return splitLabels(labels, 5, new Random(seed, "selection folds"))
    .filter(({ length }) => length > 0);
}
