import type { LabellingSpace } from "./labelling_space.ts";
import { marginsOf, neighboursOf } from "./offer_images.ts";
import type { Propagated } from "./propagate_decisions.ts";

/** Images where mistakes are most likely, rows in order. */
export interface Suspects {
  /** Those whose first two classes are nearest to each other. */
  readonly leastCertain: readonly number[];
  /** Those farthest from all others. */
  readonly outliers: readonly number[];
  /** The images of each class, the least certain ones first. */
  readonly perClass: readonly (readonly number[])[];
}

/**
 * Finds images to look at. Of an image and its neighbours only one is in a list, so that
 * near-duplicates are shown once.
 */
export function findMistakes(
  space: LabellingSpace,
  { classNames, posteriors, predicted }: Propagated,
  { count }: { count: number },
): Suspects {
  const { isolation } = space;
  const margins = posteriors.shape[1] > 1
    ? marginsOf(posteriors).margins
    : new Float32Array(predicted.length);
  const ascending = Array.from(margins.keys()).sort((a, b) => margins[a] - margins[b]);
  const apart = (rows: readonly number[]) => {
    const shown: number[] = [];
    const covered = new Set<number>();
    for (const row of rows) {
      if (shown.length === count) break;
      if (covered.has(row)) continue;
      shown.push(row);
      for (const neighbour of neighboursOf(space, row)) covered.add(neighbour);
    }
    return shown;
  };
  return {
    leastCertain: apart(ascending.filter((row) => predicted[row] >= 0)),
    outliers: apart(ascending.toSorted((a, b) => isolation[b] - isolation[a])),
    perClass: classNames.map((_, c) => apart(ascending.filter((row) => predicted[row] === c))),
  };
}
