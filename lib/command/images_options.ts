import { MAX_BYTES } from "../data/bytes.ts";
import type { OptionTable } from "./flags.ts";

/** Options of every command that reads images. */
export const imagesOptions = {
  imagesKey: {
    kind: "string",
    description: "Key of the images in an .npz, if it is not a usual one",
    placeholder: "KEY",
  },
  labelsKey: {
    kind: "string",
    description: "Key of the labels in an .npz, if it is not a usual one",
    placeholder: "KEY",
  },
  white: {
    kind: "number",
    description: "The pixel value of white in arrays, if neither 1 nor 255",
    above: 0,
  },
  background: {
    kind: "string",
    description:
      "The colour behind transparent pixels of image files, such as black or #fff; by default white",
    placeholder: "COLOUR",
  },
  skipDamaged: {
    kind: "boolean",
    description: "Leave out image files that cannot be decoded",
  },
  maxBytes: {
    kind: "integer",
    description: "Largest uncompressed size of a compressed file, in bytes",
    default: MAX_BYTES,
    min: 1,
  },
} as const satisfies OptionTable;

/** The keys of the other parts of a training. */
export const partKeyOptions = {
  valImagesKey: { kind: "string", description: "--images-key for --val", placeholder: "KEY" },
  valLabelsKey: { kind: "string", description: "--labels-key for --val", placeholder: "KEY" },
  testImagesKey: { kind: "string", description: "--images-key for --test", placeholder: "KEY" },
  testLabelsKey: { kind: "string", description: "--labels-key for --test", placeholder: "KEY" },
} as const satisfies OptionTable;
