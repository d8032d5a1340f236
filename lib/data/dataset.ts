import type { NdArray } from "../array/ndarray.ts";

/**
 * Images of one size, `[count, height, width, channels]`, and nothing else: what a model is trained on.
 * Bytes are pixels 0 to 255, float32 are pixels in [0, 1]. Labels stand beside them in
 * {@linkcode LabelledImages}, which is not assignable to this type, so they cannot reach training.
 */
export type Images = NdArray<"uint8"> | NdArray<"float32">;

/** Images with one label each. */
export interface LabelledImages {
  readonly images: Images;
  /** The user's own integer labels, `[count]`. */
  readonly labels: Int32Array;
}
