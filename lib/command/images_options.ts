import { MAX_BYTES } from "../data/bytes.ts";
import type { OptionTable } from "./flags.ts";

/** Options that every command has which reads images. */
export const imagesOptions = {
  imagesKey: {
    kind: "string",
    description: "The array of an .npz that holds the images, if its name is no common one",
    placeholder: "KEY",
  },
  labelsKey: {
    kind: "string",
    description: "The array of an .npz that holds the labels, if its name is no common one",
    placeholder: "KEY",
  },
  maxBytes: {
    kind: "integer",
    description: "The most bytes that a compressed file may unpack to",
    default: MAX_BYTES,
    min: 1,
  },
} as const satisfies OptionTable;
