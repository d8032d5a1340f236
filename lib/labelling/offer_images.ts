import type { NdArray } from "../array/ndarray.ts";
import type { LabellingSpace } from "./labelling_space.ts";

/** An image that is worth a label. */
export interface Offer {
  readonly row: number;
  readonly reason: OfferReason;
}

/** Why an image is offered. */
export type OfferReason =
  /** The middle of a cluster, with the number of its images. */
  | { readonly kind: "middle"; readonly size: number }
  /** Between the two classes that are most probable, given as indices. */
  | { readonly kind: "between"; readonly classes: readonly [number, number] }
  /** Far from all other images. */
  | { readonly kind: "outlier" };

/** What is known when images are offered. */
export interface Known {
  /** Images that are not offered again: labelled, skipped or of no interest. */
  readonly done: ReadonlySet<number>;
  /** Probabilities of each image, `[count, classes]`; without labels there are none. */
  readonly posteriors?: NdArray<"float32"> | undefined;
}

/** Below it, the probabilities of the first two classes are near each other. */
const CLEAR_MARGIN = 0.5;

/**
 * The order in which images are worth a label: first one from the middle of each cluster that has no
 * label, then those between classes, then outliers. No image is offered together with one of its
 * neighbours, so that near-duplicates are offered once.
 */
export function offerImages(
  space: LabellingSpace,
  { done, posteriors }: Known,
  { count }: { count: number },
): Offer[] {
  const offers: Offer[] = [];
  const covered = new Set<number>();
  const offer = (row: number, reason: OfferReason) => {
    offers.push({ row, reason });
    covered.add(row);
    for (const neighbour of neighboursOf(space, row)) covered.add(neighbour);
  };
  const { clusters, middles } = space;
  const sizes = countEach(clusters);
  const seen = new Set(Array.from(done, (row) => clusters[row]));
  for (const row of middles) {
    if (offers.length === count) return offers;
    const cluster = clusters[row];
    if (!seen.has(cluster)) offer(row, { kind: "middle", size: sizes[cluster] });
  }
  for (const row of done) {
    covered.add(row);
    for (const neighbour of neighboursOf(space, row)) covered.add(neighbour);
  }
  const free = (row: number) => !covered.has(row);
  if (posteriors !== undefined && posteriors.shape[1] > 1) {
    const { margins, best } = marginsOf(posteriors);
    for (const row of byDoubt(space, margins)) {
      if (offers.length === count) return offers;
      if (free(row)) offer(row, { kind: "between", classes: best(row) });
    }
  }
  for (const row of sorted(space.isolation, (a, b) => b - a)) {
    if (offers.length === count) return offers;
    if (free(row)) offer(row, { kind: "outlier" });
  }
  return offers;
}

/** Unclear images, those first in whose neighbourhood most is unclear. */
function byDoubt(space: LabellingSpace, margins: Float32Array): number[] {
  const doubts = margins.map((margin, row) => {
    if (margin >= CLEAR_MARGIN) return 0;
    let doubt = 1 - margin;
    for (const neighbour of neighboursOf(space, row)) doubt += 1 - margins[neighbour];
    return doubt;
  });
  return sorted(doubts, (a, b) => b - a).filter((row) => doubts[row] > 0);
}

/** The difference of the two highest probabilities of each image, `[count]`. */
export function marginsOf({ data, shape: [count, classes] }: NdArray<"float32">): {
  margins: Float32Array;
  best: (row: number) => [number, number];
} {
  const best = (row: number): [number, number] => {
    let [first, second] = [-1, -1];
    const at = (c: number) => c < 0 ? -1 : data[row * classes + c];
    for (let c = 0; c < classes; c++) {
      if (at(c) > at(first)) [first, second] = [c, first];
      else if (at(c) > at(second)) second = c;
    }
    return [first, second];
  };
  const margins = Float32Array.from({ length: count }, (_, row) => {
    const [first, second] = best(row);
    return data[row * classes + first] - (second < 0 ? 0 : data[row * classes + second]);
  });
  return { margins, best };
}

/** The neighbours of an image, the nearest first. */
export function neighboursOf({ neighbours: { data, shape: [, k] } }: LabellingSpace, row: number) {
  return data.subarray(row * k, (row + 1) * k);
}

function countEach(clusters: Int32Array): Int32Array {
  const sizes = new Int32Array(clusters.reduce((a, b) => Math.max(a, b), 0) + 1);
  for (const cluster of clusters) sizes[cluster]++;
  return sizes;
}

function sorted(values: Float32Array, compare: (a: number, b: number) => number): number[] {
  return Array.from(values.keys()).sort((a, b) => compare(values[a], values[b]));
}
