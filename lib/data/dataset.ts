/**
 * Images of one size, and nothing else: what a model is trained on. Labels live beside them in
 * {@linkcode LabelledImages}, which is not assignable to this type, so they cannot reach training.
 */
export interface Images {
  /** Row-major `[count, height, width, channels]`: bytes 0 to 255, or float32 in [0, 1]. */
  readonly pixels: Uint8Array | Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Images with one label each. */
export interface LabelledImages {
  readonly images: Images;
  /** The user's own integer labels, `[images.count]`. */
  readonly labels: Int32Array;
}
