import type { NdArray } from "../array/ndarray.ts";
import type { NeighbourGraph } from "../classical/neighbour_graph.ts";
import { normalizeRows } from "../classical/posteriors.ts";
import { type LabelledRows, seedRows, spread } from "../classical/spread.ts";

/** Near spreading: labels from the middles of clusters cover them, and need not travel far. */
const SPREADING = { alpha: 0.9, iterations: 20 };

/**
 * Spreads labels over the graph of neighbours: about 100 ms for 20,000 images and ten classes, so
 * that a page can do it after each label.
 *
 * @returns Probabilities of each image, `[count, classes]`; equal ones where no label reaches.
 */
export function refit(
  graph: NeighbourGraph,
  labelled: LabelledRows,
  { classes }: { classes: number },
): NdArray<"float32"> {
  const count = graph.offsets.length - 1;
  return normalizeRows(spread(graph, seedRows(labelled, { count, classes }), SPREADING));
}
