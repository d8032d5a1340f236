import type { NdArray } from "../array/ndarray.ts";
import { quantile } from "../array/stats.ts";

/** The part of the way between two centres that counts as being at one of them, or halfway. */
const WINDOW = 0.2;

/**
 * How empty the space between clusters is, without a look at any label: for two clusters, the number
 * of their points halfway between their centres (medians along the line that joins them) over the
 * number at the emptier centre. 0 for clusters with a gap between them; about 1 or more where a
 * boundary cuts through points that are one cluster.
 *
 * @param points `[count, features]`
 * @param labels The cluster of each point, `[count]`.
 * @param centers `[clusters, features]`
 * @returns The largest of all pairs.
 */
export function boundaryDensity(
  { data, shape: [count, features] }: NdArray<"float32">,
  labels: Int32Array,
  { data: centers, shape: [clusters] }: NdArray<"float64">,
): number {
  let densest = 0;
  for (let a = 0; a < clusters; a++) {
    for (let b = a + 1; b < clusters; b++) {
      const along: number[][] = [[], []];
      for (let i = 0; i < count; i++) {
        if (labels[i] !== a && labels[i] !== b) continue;
        let place = 0;
        for (let d = 0; d < features; d++) {
          place += data[i * features + d] *
            (centers[b * features + d] - centers[a * features + d]);
        }
        along[labels[i] === a ? 0 : 1].push(place);
      }
      densest = Math.max(densest, pairDensity(along));
    }
  }
  return densest;
}

/** Of two clusters, by the places of their points on a line. */
function pairDensity(along: readonly number[][]): number {
  if (along.some(({ length }) => length === 0)) return 0;
  const [first, second] = along.map((places) => quantile(places, 0.5));
  const width = WINDOW * (second - first);
  const near = (place: number) =>
    along.flat().filter((other) => Math.abs(other - place) <= width / 2).length;
  // A point more at each place, so that a few points are no proof.
  return (near((first + second) / 2) + 1) / (Math.min(near(first), near(second)) + 1);
}
