import { type Augmentation, COLOUR, GENTLE, HANDWRITING } from "../../../lib/data/augmentations.ts";
import { type Images, toUint8 } from "../../../lib/data/mod.ts";
import { hasLightGround } from "../../../lib/features/ground.ts";
import { invert as invertPixels } from "../../../lib/data/pixels.ts";
import { InputError } from "../../../lib/input_error.ts";
import { deskew as straighten, needsDeskew } from "../../../lib/features/deskew.ts";
import { mayMirror } from "../../../lib/features/hog_features.ts";

/** What is decided from the images alone, without a label. */
export interface Plan {
  /** Invert every image first: white becomes black. */
  readonly invert: boolean;
  /** Deskew every image after that. */
  readonly deskew: boolean;
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
  const steps = Math.min(1200, Math.max(200, 200 * Math.sqrt(count / 300)));
  return {
    invert,
    deskew,
    augmentation: { ...kind, mirror: await mayMirror(images, { seed, threads }) },
    batchSize: batchSize ??
      (count >= 1024 ? 256 : Math.min(count, Math.max(16, Math.floor(count / 4)))),
    contrastSteps: Math.round(steps),
    refineSteps: Math.round(steps * 2 / 3),
  };
}

/** Images as the networks of a plan take them: bytes, inverted and deskewed where it says so. */
export function prepareImages(images: Images, { invert, deskew }: Plan): Images {
  const bytes = toUint8(images);
  const seen = invert ? invertPixels(bytes) : bytes;
  return deskew ? straighten(seen) : seen;
}
