import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { take } from "../../../lib/array/rows.ts";
import { Random } from "../../../lib/array/random.ts";
import { spreadLabels } from "../../../lib/classical/label_spreading.ts";
import { nearestNeighbours } from "../../../lib/classical/nearest_neighbours.ts";
import { neighbourCount } from "../../../lib/classical/neighbour_graph.ts";
import { meanOfNeighbours } from "../../../lib/classical/posteriors.ts";

/** Points of the graph: its cost grows with their square. */
const GRAPH_SIZE = 10_000;

/** Options for {@linkcode propagate}. */
export interface PropagateOptions {
  /** The class of each of the first points, from 0. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly seed: number;
  readonly threads: number;
}

/** What {@linkcode propagate} found. */
export interface Propagated {
  /** `[count, classes]` */
  readonly posteriors: NdArray<"float32">;
  /** The shares of the classes, `[classes]`. */
  readonly prior: Float64Array;
  /** See {@linkcode spreadLabels}. */
  readonly agreement: number;
}

/**
 * Spreads labels over a graph of at most 10,000 points, the labelled ones among them; all others get
 * the mean of their nearest neighbours in it.
 *
 * @param points `[count, features]`, the labelled ones first.
 */
export async function propagate(
  points: NdArray<"float32">,
  { labels, classes, seed, threads }: PropagateOptions,
): Promise<Propagated> {
  const [count] = points.shape;
  const others = new Random(seed, "graph").permutation(count - labels.length)
    .subarray(0, Math.max(0, GRAPH_SIZE - labels.length)).map((row) => row + labels.length);
  const rows = Uint32Array.of(...labels.keys(), ...others);
  const graph = take(points, rows);
  const labelled = { rows: Array.from(labels.keys()), classes: labels };
  const { posteriors, prior, agreement } = await spreadLabels(graph, labelled, {
    classes,
    threads,
  });
  const all = new Float32Array(count * classes);
  if (rows.length < count) {
    const k = neighbourCount(rows.length);
    const { indices } = await nearestNeighbours(points, graph, { k, threads });
    all.set(meanOfNeighbours(indices, posteriors).data);
  }
  rows.forEach((row, i) => {
    all.set(posteriors.data.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return { posteriors: ndarray("float32", [count, classes], all), prior, agreement };
}
