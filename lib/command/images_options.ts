import { MAX_BYTES } from "../data/bytes.ts";
import type { OptionTable } from "./flags.ts";

/** Options of every command that reads images. */
export const imagesOptions = {
  imagesKey: {
    kind: "string",
    description: "Name of the images in an .npz, if it is an unusual one",
    placeholder: "KEY",
  },
  labelsKey: {
    kind: "string",
    description: "Name of the labels in an .npz, if it is an unusual one",
    placeholder: "KEY",
  },
  maxBytes: {
    kind: "integer",
    description: "Largest size in bytes that a compressed file may unpack to",
    default: MAX_BYTES,
    min: 1,
  },
} as const satisfies OptionTable;
