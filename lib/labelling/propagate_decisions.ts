import { type NdArray, ndarray } from "../array/ndarray.ts";
import { argMaxRows } from "../array/stats.ts";
import type { NeighbourGraph } from "../classical/neighbour_graph.ts";
import { naturalOrder } from "../data/classes.ts";
import { refit } from "./refit.ts";

/** What a person said of an image. */
export interface Decision {
  readonly row: number;
  /** The name of its class; absent where the image is of no interest. */
  readonly label?: string | undefined;
}

/** What decisions say of all images. */
export interface Propagated {
  /** The names of the classes, in natural order. */
  readonly classNames: readonly string[];
  /** `[count, columns]`: the classes, and a last column where there are images of no interest. */
  readonly posteriors: NdArray<"float32">;
  /** The column of each image, `[count]`; -1 where no decision reaches it. */
  readonly predicted: Int32Array;
}

/** The images that decisions give a class, and the column of each. */
export function namedRows(
  decisions: readonly Decision[],
  classNames: readonly string[],
): { rows: number[]; classes: number[] } {
  const named = decisions.filter(({ label }) => label !== undefined);
  return {
    rows: named.map(({ row }) => row),
    classes: named.map(({ label }) => classNames.indexOf(label!)),
  };
}

/**
 * Spreads decisions over all images; images of no interest are a class of their own meanwhile. An
 * image that a person decided on keeps its class, whatever its neighbours are.
 */
export function propagateDecisions(
  graph: NeighbourGraph,
  decisions: readonly Decision[],
): Propagated {
  const names = decisions.flatMap(({ label }) => label ?? []);
  const classNames = [...new Set(names)].sort(naturalOrder);
  const others = names.length < decisions.length ? 1 : 0;
  const columns = classNames.length + others;
  const count = graph.offsets.length - 1;
  if (columns === 0) {
    return {
      classNames,
      posteriors: ndarray("float32", [count, 0], new Float32Array()),
      predicted: new Int32Array(count).fill(-1),
    };
  }
  const rows = decisions.map(({ row }) => row);
  const classes = decisions.map(({ label }) =>
    label === undefined ? classNames.length : classNames.indexOf(label)
  );
  const posteriors = refit(graph, { rows, classes }, { classes: columns });
  const { data } = posteriors;
  const predicted = argMaxRows(data, columns);
  if (columns > 1) {
    predicted.forEach((column, row) => {
      if (!(data[row * columns + column] > 1 / columns + 1e-6)) predicted[row] = -1;
    });
  }
  rows.forEach((row, i) => {
    predicted[row] = classes[i];
    data.fill(0, row * columns, (row + 1) * columns);
    data[row * columns + classes[i]] = 1;
  });
  return { classNames, posteriors, predicted };
}
