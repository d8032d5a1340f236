import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import {
  countExamples,
  type Examples,
  examplesOf,
  type Feed,
  mapValues,
  takeExamples,
} from "./feed.ts";

/** One batch of an evaluation: the rows of each array, its noise and scalars. */
export interface EvaluationBatch {
  readonly examples: Examples;
  readonly inputs: Readonly<Record<string, NdArray<"float32">>>;
  /** Rows of the batch. */
  readonly count: number;
}

/**
 * The means of losses over all examples of a feed: batch by batch, the rest as a smaller batch.
 * Scalars are those of one step. The noise depends on the seed alone, so that only the variables change what an evaluation gives.
 */
export async function meanLosses(
  feed: Feed,
  { batchSize, seed, step = 0 }: { batchSize: number; seed: number; step?: number },
  evaluate: (batch: EvaluationBatch) => Promise<Readonly<Record<string, number>>>,
): Promise<Record<string, number>> {
  const examples = examplesOf(feed, 1);
  const total = countExamples(examples);
  const noise = mapValues(
    feed.noise ?? {},
    (shape, name) => ({ shape, random: new Random(seed, `validation ${name}`) }),
  );
  const scalars = mapValues(
    feed.scalars ?? {},
    // Losses read no learning rate, the only scalar that depends on earlier epochs.
    (at) => ndarray("float32", [], Float32Array.of(at(step, []))),
  );
  const means: Record<string, number> = {};
  for (let start = 0; start < total; start += batchSize) {
    const end = Math.min(start + batchSize, total);
    const count = end - start;
    const losses = await evaluate({
      count,
      examples: takeExamples(examples, Int32Array.from({ length: count }, (_, i) => start + i)),
      inputs: {
        ...mapValues(
          noise,
          ({ shape, random }) =>
            ndarray("float32", [count, ...shape], random.normals(count * sizeOf(shape))),
        ),
        ...scalars,
      },
    });
    for (const [name, value] of Object.entries(losses)) {
      means[name] = (means[name] ?? 0) + value * count / total;
    }
  }
  return means;
}
