import type { Images } from "../../lib/data/mod.ts";
import { augmenter } from "../../lib/data/augment.ts";
import { Random } from "../../lib/array/random.ts";
import type { ComputedRows } from "../core/feed.ts";
import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";

/** Options of every system that trains on augmented copies. */
export const augmentationOptions = {
  rotation: {
    kind: "number",
    description: "Augmented copies are rotated by up to this many degrees",
    default: 15,
    min: 0,
    max: 180,
  },
  scaling: {
    kind: "number",
    description:
      "Augmented copies are scaled by up to this fraction of their size, each axis independently",
    default: 0.15,
    min: 0,
    max: 0.9,
  },
  shift: {
    kind: "number",
    description: "Augmented copies are shifted by up to this fraction of their size",
    default: 0.07,
    min: 0,
    max: 1,
  },
} as const satisfies OptionTable;

/** The values of {@linkcode augmentationOptions}. */
export type AugmentationValues = OptionValues<typeof augmentationOptions>;

/** An augmented copy of each image, by name of the random stream: new ones for each epoch. */
export function augmentedCopies(
  images: Images,
  { rotation, scaling, shift }: AugmentationValues,
  { seed, epoch }: { seed: number; epoch: number | "validation" },
): ComputedRows {
  const random = new Random(seed, `augmentation ${epoch}`);
  const { dtype, shape } = images;
  return { dtype, shape, take: augmenter(images, random, { rotation, scaling, shift }) };
}
