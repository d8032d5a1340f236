import { type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { take } from "../../../lib/array/rows.ts";
import { Random } from "../../../lib/array/random.ts";
import { augment, type Augmentation } from "../../../lib/data/augmentations.ts";
import type { Images } from "../../../lib/data/mod.ts";
import type { Examples } from "../../core/feed.ts";

/** Steps that are called an epoch here, at most: views are augmented for so many at a time. */
const MAX_STEPS = 40;
/** Bytes of the views of an epoch, of each of the two, which several copies are held of. */
const EPOCH_BYTES = 10_000_000;

/** The steps of an epoch: fewer for large images. */
export function stepsPerEpoch({ shape: [, ...size] }: Images, batchSize: number): number {
  const fitting = Math.floor(EPOCH_BYTES / (batchSize * sizeOf(size)));
  return Math.max(1, Math.min(MAX_STEPS, fitting));
}

/** What {@linkcode augmentedViews} needs to know. */
export interface ViewOptions {
  readonly augmentation: Augmentation;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * Two augmented views of {@linkcode stepsPerEpoch} batches, new in each epoch. Images come in random order,
 * each once before any comes again.
 */
export function augmentedViews(
  images: Images,
  { augmentation, batchSize, seed }: ViewOptions,
): (epoch: number) => { first: NdArray<"uint8">; second: NdArray<"uint8">; rows: Int32Array } {
  const length = stepsPerEpoch(images, batchSize) * batchSize;
  return (epoch) => {
    const rows = rowsInTurn(images.shape[0], {
      start: (epoch - 1) * length,
      length,
      seed,
    });
    const random = new Random(seed, `views ${epoch}`);
    return {
      rows,
      first: augment(images, augmentation, { rows, random }),
      second: augment(images, augmentation, { rows, random }),
    };
  };
}

/** Rows `[start, start + length)` of an endless list of random orders of all rows. */
export function rowsInTurn(
  count: number,
  { start, length, seed }: { start: number; length: number; seed: number },
): Int32Array {
  const rows = new Int32Array(length);
  let pass = -1;
  let order: Uint32Array = new Uint32Array();
  for (let i = 0; i < length; i++) {
    const at = start + i;
    if (Math.floor(at / count) !== pass) {
      pass = Math.floor(at / count);
      order = new Random(seed, `pass ${pass}`).permutation(count);
    }
    rows[i] = order[at % count];
  }
  return rows;
}

/** Images with the probabilities that a network is to learn. */
export interface Targets {
  readonly images: Images;
  /** `[count, classes]` */
  readonly probabilities: NdArray<"float32">;
  /** How much each image counts, `[count]`. */
  readonly weights: Float32Array;
  /** How much each of the first images counts as a labelled one, `[labelled]`. */
  readonly labelledWeights: Float32Array;
}

/** Labelled images of each step at most. */
const MAX_LABELLED = 64;
/** The share of the loss that the labelled images have beside all others. */
const LABELLED_WEIGHT = 0.2;

/** Rows of a batch of {@linkcode targetViews} with so many labelled images. */
export function targetBatchSize(labelled: number, batchSize: number): number {
  return batchSize + Math.min(labelled, MAX_LABELLED);
}

/**
 * Two views of each image of each batch with its target and weight; labelled images are in every
 * batch beside those that it takes in turn.
 */
export function targetViews(
  { images, probabilities, weights, labelledWeights }: Targets,
  { augmentation, batchSize, seed }: ViewOptions,
): (epoch: number) => Examples {
  const own = Math.min(labelledWeights.length, MAX_LABELLED);
  const size = targetBatchSize(labelledWeights.length, batchSize);
  const steps = stepsPerEpoch(images, batchSize);
  return (epoch) => {
    const start = (epoch - 1) * steps;
    const turn = { seed, start: start * batchSize, length: steps * batchSize };
    const others = rowsInTurn(images.shape[0], turn);
    const shown = rowsInTurn(labelledWeights.length, {
      seed,
      start: start * own,
      length: steps * own,
    });
    const rows = new Int32Array(steps * size);
    const weight = new Float32Array(rows.length);
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < size; i++) {
        const isOwn = i >= batchSize;
        const row = isOwn ? shown[step * own + i - batchSize] : others[step * batchSize + i];
        rows[step * size + i] = row;
        // The loss is a mean over the batch: of the others, plus a fifth of that of the labelled.
        weight[step * size + i] = isOwn
          ? LABELLED_WEIGHT * labelledWeights[row] * size / own
          : weights[row] * size / batchSize;
      }
    }
    const random = new Random(seed, `views ${epoch}`);
    return {
      first: augment(images, augmentation, { rows, random }),
      second: augment(images, augmentation, { rows, random }),
      target: take(probabilities, rows),
      weight: ndarray("float32", [rows.length], weight),
    };
  };
}
