import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { balance, normalizeRows } from "../../../lib/classical/posteriors.ts";
import type { Targets } from "./feed.ts";
import type { Propagated } from "./propagate.ts";

/**
 * What a network is to learn from propagated labels: squared and normalized again, which sharpens
 * them, balanced to the prior, and the true class for labelled images. An image counts by how sure
 * its target is: `1 - H(target) / ln classes`.
 *
 * @param labels The class of each of the first images, from 0.
 */
export function sharpTargets(
  { posteriors, prior }: Pick<Propagated, "posteriors" | "prior">,
  labels: Int32Array,
): Omit<Targets, "images"> {
  const { shape, data } = posteriors;
  const sharp = normalizeRows(ndarray("float32", shape, data.map((value) => value * value)));
  const probabilities = balance(sharp, prior);
  setLabels(probabilities, labels);
  return {
    probabilities,
    weights: certainty(probabilities),
    // Each class has as many labelled images as another: unweighted they would teach equal shares.
    labelledWeights: Float32Array.from(labels, (label) => prior[label] * prior.length),
  };
}

/** Puts the true class in the rows of labelled images, the first ones. */
export function setLabels(
  { data, shape: [, classes] }: NdArray<"float32">,
  labels: Int32Array,
): void {
  labels.forEach((label, i) => {
    data.fill(0, i * classes, (i + 1) * classes);
    data[i * classes + label] = 1;
  });
}

/** `1 - H(row) / ln classes` of each row: 1 where it is certain, 0 where all are equal. */
function certainty({ data, shape: [count, classes] }: NdArray<"float32">): Float32Array {
  const weights = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const value = data[i * classes + c];
      if (value > 0) sum += value * Math.log(value);
    }
    weights[i] = Math.min(1, Math.max(0, 1 + sum / Math.log(classes)));
  }
  return weights;
}

/** The mean of several posteriors `[count, classes]`. */
export function meanPosteriors(all: readonly NdArray<"float32">[]): NdArray<"float32"> {
  if (all.length === 1) return all[0];
  const mean = all[0].data.map((_, i) =>
    all.reduce((sum, { data }) => sum + data[i], 0) / all.length
  );
  return ndarray("float32", all[0].shape, mean);
}
