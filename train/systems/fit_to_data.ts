import type { ImageShape } from "../networks/mlp.ts";

/** What defaults are chosen from: never from a label. */
export interface DataSize {
  /** Images to train on. */
  readonly count: number;
  readonly imageShape: ImageShape;
}

/** Images of a batch, where there are enough. */
const BATCH = 128;
/** Images of a batch below which a step says little of all of them. */
const LEAST_BATCH = 16;

/** Pixels of a batch at most, in every channel: its activations fill the memory. */
const BATCH_PIXELS = 400_000;

/**
 * Images per step: at least four steps an epoch where a batch keeps 16 images, never more images than
 * there are, and fewer of large ones.
 */
export function fitBatchSize({ count, imageShape: [height, width, channels] }: DataSize): number {
  const most = Math.min(BATCH, Math.floor(BATCH_PIXELS / (height * width * channels)));
  return Math.min(count, Math.max(LEAST_BATCH, Math.min(most, Math.floor(count / 4))));
}

/**
 * Epochs of a training: the usual number, or as many as `steps` need. A few hundred images would
 * otherwise be over after some steps, before the networks have learned anything.
 */
export function fitEpochs(
  { count, batchSize }: { count: number; batchSize: number },
  { epochs, steps }: { epochs: number; steps: number },
): number {
  return Math.max(epochs, Math.ceil(steps / Math.max(1, Math.floor(count / batchSize))));
}

/** The side to which convolutions of stride 2 bring images. */
const MAP_SIDE = 8;

/** Whether dense layers would be wasteful: images in colour, or larger than 28x28. */
export function isPhoto([height, width, channels]: ImageShape): boolean {
  return channels > 1 || height * width > 32 * 32;
}

/** Filters of convolutions of stride 2, twice as many in each: at least two, until sides are at most 8. */
export function fitFilters([height, width]: ImageShape): number[] {
  const count = Math.max(2, Math.ceil(Math.log2(Math.max(height, width) / MAP_SIDE)));
  return Array.from({ length: count }, (_, i) => 16 * 2 ** i);
}

/** Latent variables: as many as equally distant centres of all classes need, at least two. */
export function fitLatentDim(classes: number): number {
  return Math.max(2, classes - 1);
}

/** Of chosen values those of options that the user left open. */
export function leftOpen<T extends object>(
  options: Readonly<Record<keyof T, unknown>>,
  chosen: T,
): Partial<T> {
  const open = Object.entries(chosen).filter(([name]) => options[name as keyof T] === undefined);
  return Object.fromEntries(open) as Partial<T>;
}
