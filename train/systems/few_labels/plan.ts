import { type Augmentation, COLOUR, GENTLE, HANDWRITING } from "../../../lib/data/augmentations.ts";
import { type Images, toUint8 } from "../../../lib/data/mod.ts";
import { hasColour } from "../../../lib/features/colours.ts";
import { hasLightGround } from "../../../lib/features/ground.ts";
import { invert as invertPixels } from "../../../lib/data/pixels.ts";
import { InputError } from "../../../lib/input_error.ts";
import { deskew as straighten, needsDeskew } from "../../../lib/features/deskew.ts";
import { mayMirror } from "../../../lib/features/hog_features.ts";
import { shrink } from "../../../lib/features/shrink.ts";

/** What is decided from the images alone, without a label. */
export interface Plan {
  /** Invert every image first: white becomes black. */
  readonly invert: boolean;
  /** Deskew every image after that. */
  readonly deskew: boolean;
  /** See whether colours tell classes apart. */
  readonly colour: boolean;
  readonly augmentation: Augmentation;
  readonly batchSize: number;
  /** Steps of the contrast phase. */
  readonly contrastSteps: number;
  /** Steps of the refinement, over all rounds. */
  readonly refineSteps: number;
}

/**
 * Decides how to learn from images `[count, height, width, channels]`.
 *
 * @param options `batchSize` in place of the one that fits the number of images.
 * @throws {InputError} If a batch has more images than there are, or no two to contrast.
 */
export async function planTraining(
  given: Images,
  { seed, threads, batchSize }: {
    seed: number;
    threads: number;
    batchSize?: number | undefined;
  },
): Promise<Plan> {
  const [count, , , channels] = given.shape;
  if (batchSize !== undefined && (batchSize < 2 || batchSize > count)) {
    throw new InputError(
      `Cannot train: --batch-size is ${batchSize}, it must be from 2 to the number of images, ${count}`,
    );
  }
  // Augmentation fills what it uncovers with black, so the background has to be black too.
  const invert = hasLightGround(given);
  const images = invert ? invertPixels(given) : given;
  const deskew = needsDeskew(images);
  const kind = channels > 1 ? COLOUR : deskew ? HANDWRITING : GENTLE;
  const mirror = await mayMirror(images, { seed, threads });
  const colour = hasColour(images);
  const steps = Math.min(1200, Math.max(200, 200 * Math.sqrt(count / 300)));
  return {
    invert,
    deskew,
    colour,
    augmentation: { ...kind, mirror },
    batchSize: batchSize ??
      (count >= 1024 ? 256 : Math.min(count, Math.max(16, Math.floor(count / 4)))),
    contrastSteps: Math.round(steps),
    refineSteps: Math.round(steps * 2 / 3),
  };
}

/** Sides of so many pixels are enough to learn from; each doubling takes four times as long. */
const ENOUGH = 32;
/** Sides that anything can be learned from. */
const LEAST = 8;

/**
 * By what whole factor images are made smaller before anything is learned: 2 for sides of 64 to 95.
 *
 * @param given In place of what fits.
 * @throws {InputError} If too few pixels would be left.
 */
export function chooseShrink(
  [height, width]: readonly number[],
  given?: number | undefined,
): number {
  const side = Math.min(height, width);
  if (given !== undefined && given > 1 && side / given < LEAST) {
    throw new InputError(
      `Cannot train: --shrink ${given} leaves less than ${LEAST} pixels a side of images of ` +
        `${height}x${width}, at most ${Math.max(1, Math.floor(side / LEAST))} is allowed`,
    );
  }
  return given ?? Math.max(1, Math.floor(side / ENOUGH));
}

/** Bytes, made smaller: what {@linkcode planTraining} plans for. */
export function smallImages(images: Images, factor: number): Images {
  return shrink(toUint8(images), factor);
}

/** Images as the networks of a plan take them: bytes, inverted and deskewed where it says so. */
export function prepareImages(images: Images, { invert, deskew }: Plan): Images {
  const bytes = toUint8(images);
  const seen = invert ? invertPixels(bytes) : bytes;
  return deskew ? straighten(seen) : seen;
}
