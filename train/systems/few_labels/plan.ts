import { type Augmentation, COLOUR, GENTLE, HANDWRITING } from "../../../lib/data/augmentations.ts";
import type { Images } from "../../../lib/data/mod.ts";
import { needsDeskew } from "../../../lib/features/deskew.ts";
import { mayMirror } from "../../../lib/features/hog_features.ts";

/** What is decided from the images alone, without a label. */
export interface Plan {
  /** Straighten every image before anything else. */
  readonly deskew: boolean;
  readonly augmentation: Augmentation;
  readonly batchSize: number;
  /** Steps of the contrast phase. */
  readonly contrastSteps: number;
  /** Steps of the refinement, over all rounds. */
  readonly refineSteps: number;
}

/** Decides how to learn from images `[count, height, width, channels]`. */
export async function planTraining(
  images: Images,
  { seed, threads }: { seed: number; threads: number },
): Promise<Plan> {
  const [count, , , channels] = images.shape;
  const deskew = needsDeskew(images);
  const kind = channels > 1 ? COLOUR : deskew ? HANDWRITING : GENTLE;
  const steps = Math.min(1200, Math.max(200, 200 * Math.sqrt(count / 300)));
  return {
    deskew,
    augmentation: { ...kind, mirror: await mayMirror(images, { seed, threads }) },
    batchSize: count >= 1024 ? 256 : Math.min(count, Math.max(16, Math.floor(count / 4))),
    contrastSteps: Math.round(steps),
    refineSteps: Math.round(steps * 2 / 3),
  };
}
