import type { NdArray } from "../array/ndarray.ts";
import { nearestNeighbours, type NearestNeighboursOptions } from "./nearest_neighbours.ts";
import { meanOfNeighbours } from "./posteriors.ts";
import { seedRows } from "./spread.ts";

/** Options for {@linkcode nearestVotes}. */
export interface NearestVotesOptions extends Pick<NearestNeighboursOptions, "threads"> {
  /** The number of classes. */
  classes: number;
  /** Neighbours that vote, with equal weight. @default {5} */
  k?: number;
}

/**
 * k-nearest neighbours: the share of each class among the nearest labelled points, as scikit-learn's
 * `KNeighborsClassifier` gives it.
 *
 * @param queries `[queries, features]`
 * @param points `[count, features]`
 * @param options.labels The class of each point, from 0.
 * @returns `[queries, classes]`
 */
export async function nearestVotes(
  queries: NdArray<"float32">,
  points: NdArray<"float32">,
  { labels, classes, k = 5, threads = 0 }: NearestVotesOptions & { labels: ArrayLike<number> },
): Promise<NdArray<"float32">> {
  const { indices } = await nearestNeighbours(queries, points, { k, threads });
  const rows = Array.from(labels, (_, i) => i);
  const known = seedRows({ rows, classes: labels }, { count: labels.length, classes });
  return meanOfNeighbours(indices, known);
}
