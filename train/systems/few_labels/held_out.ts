import type { NdArray } from "../../../lib/array/ndarray.ts";
import { slice, take } from "../../../lib/array/rows.ts";
import { argMaxRows, maxRows } from "../../../lib/array/stats.ts";
import type { HeldOut } from "../../../lib/latent/held_out.ts";
import { labelFolds } from "../../../lib/latent/label_folds.ts";
import { propagate, type PropagateOptions } from "./propagate.ts";
import { meanPosteriors } from "./targets.ts";

/** Points of the graph of each part: the score of more differs little, and takes far longer. */
const GRAPH_SIZE = 4000;

/**
 * Predicts labelled points by spreading the labels of the others: each is held out once. A class with
 * one labelled point keeps it.
 *
 * @param views `[count, features]` each, the labelled points first; features that no label has
 * shaped. Labels are spread on each alone, and the mean predicts.
 * @param options The labels, from 0.
 * @returns Predicted classes from 0.
 */
export async function predictHeldOut(
  views: readonly NdArray<"float32">[],
  { labels, ...options }: PropagateOptions,
): Promise<HeldOut> {
  const rows: number[] = [];
  const predicted: number[] = [];
  const confidence: number[] = [];
  const unlabelled = Array.from(
    { length: Math.max(0, Math.min(views[0].shape[0], GRAPH_SIZE) - labels.length) },
    (_, i) => labels.length + i,
  );
  for (const part of labelFolds(labels, options.seed)) {
    const rest = [...labels.keys()].filter((row) => !part.includes(row));
    const order = [...rest, ...part, ...unlabelled];
    const posteriors: NdArray<"float32">[] = [];
    for (const points of views) {
      const spread = await propagate(take(points, order), {
        ...options,
        labels: Int32Array.from(rest, (row) => labels[row]),
      });
      posteriors.push(spread.posteriors);
    }
    const asked = slice(meanPosteriors(posteriors), rest.length, rest.length + part.length);
    rows.push(...part);
    predicted.push(...argMaxRows(asked.data, options.classes));
    confidence.push(...maxRows(asked));
  }
  return { rows, labels: predicted, confidence };
}
