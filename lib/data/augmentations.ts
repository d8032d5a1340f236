import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Random } from "../array/random.ts";
import type { Images } from "./dataset.ts";
import { pixelScale } from "./pixels.ts";
import { Displacement, pad, resample, type Size } from "./resample.ts";

/** How far an augmented copy may differ; every amount is uniform and drawn for each image. */
export interface Augmentation {
  /** Largest rotation either way, in degrees. @default {0} */
  readonly rotation?: number;
  /** Sizes from `1 / (1 + scale)` to `1 + scale`. @default {0} */
  readonly scale?: number;
  /** The same for the height alone. @default {0} */
  readonly aspect?: number;
  /** Columns moved a row, either way. @default {0} */
  readonly shear?: number;
  /** Largest shift, as a share of the side. @default {0} */
  readonly shift?: number;
  /** Standard deviation of a smooth displacement, as a share of the side. @default {0} */
  readonly elastic?: number;
  /** Crops keep at least `1 - crop` of the area. @default {0} */
  readonly crop?: number;
  /** Mirrors half of the images. @default {false} */
  readonly mirror?: boolean;
  /** Contrast from `1 / (1 + gain)` to `1 + gain`. @default {0} */
  readonly gain?: number;
  /** The same for each channel alone, and a fifth of the images lose their colour. @default {0} */
  readonly colour?: number;
  /** The share of images with a rectangle of .2 to .45 of each side erased. @default {0} */
  readonly erase?: number;
  /**
   * What lies outside the image: `"zero"` for drawings on black; `"edge"` for photos, whose contrast
   * changes about the mean and whose erased parts take it.
   * @default {"zero"}
   */
  readonly outside?: "zero" | "edge";
}

/** For grey images that {@linkcode needsDeskew} does not straighten. */
export const GENTLE: Augmentation = Object.freeze({
  rotation: 10,
  scale: 0.1,
  shift: 0.07,
  gain: 0.7,
  erase: 0.5,
});

/** For deskewed handwriting. */
export const HANDWRITING: Augmentation = Object.freeze({
  rotation: 15,
  scale: 0.15,
  aspect: 0.1,
  shear: 0.15,
  shift: 0.07,
  elastic: 0.03,
  gain: 0.4,
  erase: 0.5,
});

/** For colour images. */
export const COLOUR: Augmentation = Object.freeze({
  rotation: 5,
  crop: 0.7,
  gain: 0.5,
  colour: 0.3,
  erase: 0.3,
  outside: "edge",
});

/** For colour images whose colour tells classes apart. */
export const TRUE_COLOUR: Augmentation = Object.freeze({ ...COLOUR, gain: 0.15, colour: 0 });

/**
 * Augmented copies of some images, read bilinearly from where each output pixel is moved to.
 *
 * @param images `[count, height, width, channels]`
 * @param augmentation What changes, and how far.
 * @param options.rows The images to copy, in that order.
 * @param options.random Where the amounts come from: the same state gives the same copies.
 * @returns `[rows, height, width, channels]`
 */
export function augment(
  images: Images,
  augmentation: Augmentation,
  { rows, random }: { rows: ArrayLike<number>; random: Random },
): NdArray<"uint8"> {
  const [, height, width, channels] = images.shape;
  const size = { height, width, channels };
  const stride = height * width * channels;
  const copies = new Uint8Array(rows.length * stride);
  const copy = new Float32Array(stride);
  const padded = new Float32Array((height + 3) * (width + 3) * channels);
  const bend = new Displacement(size, augmentation.elastic ?? 0);
  for (let i = 0; i < rows.length; i++) {
    const source = images.data.subarray(rows[i] * stride, (rows[i] + 1) * stride);
    bend.next(random);
    pad(source, padded, size);
    resample(padded, copy, {
      size,
      matrix: affine(augmentation, size, random),
      bend,
      edge: augmentation.outside === "edge",
    });
    recolour(copy, augmentation, { scale: pixelScale(images), channels, random });
    erase(copy, augmentation, { size, random });
    const start = i * stride;
    for (let j = 0; j < stride; j++) copies[start + j] = copy[j] * 255 + 0.5;
  }
  return ndarray("uint8", [rows.length, height, width, channels], copies);
}

/** Uniform in [-1, 1). */
function symmetric(random: Random): number {
  return 2 * random.uniform() - 1;
}

/** `exp(u ln(1 + amount))`: as often so many times larger as smaller. */
function factor(amount: number, random: Random): number {
  return amount === 0 ? 1 : Math.exp(symmetric(random) * Math.log1p(amount));
}

/** Where an output pixel is read, both relative to the middle: `[xx, xy, x, yx, yy, y]`. */
function affine(
  { rotation = 0, scale = 0, aspect = 0, shear = 0, shift = 0, crop = 0, mirror = false }:
    Augmentation,
  { height, width }: Size,
  random: Random,
): readonly number[] {
  const angle = symmetric(random) * rotation * Math.PI / 180;
  const kept = crop === 0 ? 1 : Math.sqrt(1 - crop * random.uniform());
  const size = kept * factor(scale, random);
  const [sx, sy] = [mirror && random.uniform() < 0.5 ? -size : size, size * factor(aspect, random)];
  const lean = symmetric(random) * shear;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const room = shift + (1 - kept) / 2;
  return [
    cos * sx,
    (lean * cos - sin) * sy,
    symmetric(random) * room * width,
    sin * sx,
    (lean * sin + cos) * sy,
    symmetric(random) * room * height,
  ];
}

/** Changes contrast, brightness and colour, and brings pixels to [0, 1]. */
function recolour(
  copy: Float32Array,
  { gain = 0, colour = 0, outside = "zero" }: Augmentation,
  { scale, channels, random }: { scale: number; channels: number; random: Random },
): void {
  const contrast = factor(gain, random);
  const middle = outside === "edge" ? meanOf(copy) * scale : 0;
  const offset = outside === "edge" ? symmetric(random) * gain / 4 + middle * (1 - contrast) : 0;
  const losesColour = colour > 0 && random.uniform() < 0.2;
  for (let i = 0; i < copy.length; i++) {
    const value = copy[i] * (scale * contrast) + offset;
    copy[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
  if (colour === 0) return;
  const gains = Float32Array.from({ length: channels }, () => factor(colour, random));
  for (let i = 0; i < copy.length; i += channels) {
    let grey = 0;
    for (let c = 0; c < channels; c++) {
      copy[i + c] *= gains[c];
      grey += copy[i + c] / channels;
    }
    for (let c = 0; c < channels; c++) copy[i + c] = Math.min(1, losesColour ? grey : copy[i + c]);
  }
}

function erase(
  copy: Float32Array,
  { erase = 0, outside = "zero" }: Augmentation,
  { size: { height, width, channels }, random }: { size: Size; random: Random },
): void {
  if (erase === 0 || random.uniform() >= erase) return;
  const side = (length: number) => (0.2 + 0.25 * random.uniform()) * length / 2;
  const [halfHeight, halfWidth] = [side(height), side(width)];
  const [y, x] = [random.uniform() * height, random.uniform() * width];
  const fill = outside === "edge" ? meanOf(copy) : 0;
  for (let row = Math.max(0, Math.ceil(y - halfHeight)); row < height; row++) {
    if (row >= y + halfHeight) break;
    for (let column = Math.max(0, Math.ceil(x - halfWidth)); column < width; column++) {
      if (column >= x + halfWidth) break;
      copy.fill(fill, (row * width + column) * channels, (row * width + column + 1) * channels);
    }
  }
}

function meanOf(pixels: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += pixels[i];
  return sum / pixels.length;
}
