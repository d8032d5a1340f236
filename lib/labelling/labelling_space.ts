import type { NdArray } from "../array/ndarray.ts";
import { kMeans } from "../mixture/kmeans.ts";

/** What is known of images before any is labelled; none of it changes with labels. */
export interface LabellingSpace {
  /** The nearest other images of each, the nearest first, `[count, k]`. */
  readonly neighbours: NdArray<"int32">;
  /** The mean distance of each image to those, `[count]`: large for outliers. */
  readonly isolation: Float32Array;
  /** The cluster of each image, `[count]`. */
  readonly clusters: Int32Array;
  /** An image from the middle of each cluster, in the order in which they are worth a label. */
  readonly middles: Int32Array;
}

/** The nearest other points of each point, as `nearestNeighbours()` finds them. */
export interface PointNeighbours {
  /** `[count, k]` */
  readonly indices: NdArray<"int32">;
  /** `[count, k]` */
  readonly squaredDistances: NdArray<"float32">;
}

/** Clusters, at most one for so many images: classes have several, and each shall be seen. */
const CLUSTERS = 30;
const IMAGES_PER_CLUSTER = 10;

/**
 * Describes points before any is labelled.
 *
 * @param points `[count, features]`
 * @param neighbours Of each point, none its own.
 */
export function describeSpace(
  points: NdArray<"float32">,
  { indices: neighbours, squaredDistances: { data } }: PointNeighbours,
  options: { seed?: number } = {},
): LabellingSpace {
  const [count, k] = neighbours.shape;
  const isolation = new Float32Array(count);
  data.forEach((square, i) => isolation[Math.floor(i / k)] += Math.sqrt(square) / k);
  return { neighbours, isolation, ...findMiddles(points, options) };
}

/**
 * Clusters points, and finds the one in the middle of each cluster: the nearest to its centre.
 * The largest cluster comes first; then always the one whose middle stands for most of what is
 * far from the middles before it, as k-means++ would sample it.
 *
 * @param points `[count, features]`
 */
function findMiddles(
  points: NdArray<"float32">,
  { seed = 0 }: { seed?: number },
): Pick<LabellingSpace, "clusters" | "middles"> {
  const { data, shape: [count, features] } = points;
  const nClusters = Math.max(1, Math.min(CLUSTERS, Math.floor(count / IMAGES_PER_CLUSTER)));
  const { labels: clusters, centers } = kMeans(points, { nClusters, seed });
  const sizes = new Float64Array(nClusters);
  const nearest = new Float64Array(nClusters).fill(Infinity);
  const middle = new Int32Array(nClusters).fill(-1);
  clusters.forEach((cluster, row) => {
    sizes[cluster]++;
    let square = 0;
    for (let j = 0; j < features; j++) {
      square += (data[row * features + j] - centers.data[cluster * features + j]) ** 2;
    }
    if (square < nearest[cluster]) [nearest[cluster], middle[cluster]] = [square, row];
  });
  const squaredDistance = (a: number, b: number) => {
    let square = 0;
    for (let j = 0; j < features; j++) {
      square += (centers.data[a * features + j] - centers.data[b * features + j]) ** 2;
    }
    return square;
  };
  const order: number[] = [];
  const far = sizes.map((size) => size > 0 ? 1 : 0);
  const filled = sizes.filter((size) => size > 0).length;
  while (order.length < filled) {
    const scores = far.map((square, cluster) => square * sizes[cluster]);
    const next = scores.indexOf(Math.max(...scores));
    if (!(scores[next] > 0)) break;
    order.push(next);
    far.forEach((square, cluster) => {
      const other = squaredDistance(cluster, next);
      far[cluster] = order.length === 1 && sizes[cluster] > 0 ? other : Math.min(square, other);
    });
  }
  return { clusters, middles: Int32Array.from(order, (cluster) => middle[cluster]) };
}
