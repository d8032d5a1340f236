import { allocate } from "../array/ndarray.ts";
import { quantile } from "../array/stats.ts";
import type { Images } from "../data/dataset.ts";
import { pixelScale } from "../data/pixels.ts";

/** Where the grey mass of an image lies and how it leans. */
interface Moments {
  /** The centre of mass in pixels. */
  readonly x: number;
  readonly y: number;
  /** cov(x, y) / var(y): how far a row moves to the right for each row down. */
  readonly slant: number;
}

/** Above it, images are handwriting-like: MNIST has .18 to .22, 8x8 digits .09, clothing .02. */
const SLANT_THRESHOLD = 0.13;

/**
 * Whether images gain from {@linkcode deskew}: grey images whose median absolute slant is above .13.
 * No label is looked at.
 *
 * @param images `[count, height, width, channels]`
 */
export function needsDeskew(images: Images): boolean {
  return images.shape[3] === 1 && medianSlant(images) > SLANT_THRESHOLD;
}

/** The median of |slant| over at most 5,000 images. */
export function medianSlant(images: Images): number {
  const count = Math.min(5000, images.shape[0]);
  return quantile(
    Array.from({ length: count }, (_, i) => Math.abs(momentsOf(images, i).slant)),
    0.5,
  );
}

/**
 * Moves the centre of mass of each image to the middle and shears out its slant (LeCun et al.,
 * "Gradient-based learning applied to document recognition", 1998): output pixel (X, Y), relative
 * to the middle, is read bilinearly at `(x + X + slant * Y, y + Y)`; outside is 0.
 *
 * @param images `[count, height, width, channels]`
 * @returns Images of the same shape and dtype.
 */
export function deskew<I extends Images>(images: I): I {
  const { data, shape: [count, height, width, channels] } = images;
  const straight = allocate(images.dtype, data.length);
  const round = images.dtype === "uint8" ? 0.5 : 0;
  const stride = height * width * channels;
  for (let i = 0; i < count; i++) {
    const moments = momentsOf(images, i);
    const slant = Math.max(-1, Math.min(1, moments.slant));
    for (let row = 0; row < height; row++) {
      const down = row - (height - 1) / 2;
      const y = moments.y + down;
      const left = moments.x - (width - 1) / 2 + slant * down;
      const y0 = Math.floor(y), x0 = Math.floor(left);
      const fy = y - y0, fx = left - x0;
      for (let column = 0; column < width; column++) {
        const x = x0 + column;
        for (let c = 0; c < channels; c++) {
          let value = 0;
          for (let dy = 0; dy < 2; dy++) {
            if (y0 + dy < 0 || y0 + dy >= height) continue;
            const at = i * stride + ((y0 + dy) * width + x) * channels + c;
            const weight = dy === 0 ? 1 - fy : fy;
            if (x >= 0 && x < width) value += weight * (1 - fx) * data[at];
            if (x >= -1 && x < width - 1) value += weight * fx * data[at + channels];
          }
          straight[i * stride + (row * width + column) * channels + c] = value + round;
        }
      }
    }
  }
  return { ...images, data: straight };
}

function momentsOf(images: Images, index: number): Moments {
  const { data, shape: [, height, width, channels] } = images;
  const scale = pixelScale(images) / channels;
  const start = index * height * width * channels;
  let mass = 1e-6, sumX = 0, sumY = 0, sumXY = 0, sumYY = 0;
  for (let y = 0; y < height; y++) {
    let row = 0, rowX = 0;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const value = data[start + (y * width + x) * channels + c];
        row += value;
        rowX += value * x;
      }
    }
    mass += row * scale;
    sumX += rowX * scale;
    sumY += row * scale * y;
    sumXY += rowX * scale * y;
    sumYY += row * scale * y * y;
  }
  const x = sumX / mass, y = sumY / mass;
  const covariance = sumXY / mass - x * y;
  const variance = sumYY / mass - y * y;
  // An empty image stays where it is.
  if (mass < 1e-3) return { x: (width - 1) / 2, y: (height - 1) / 2, slant: 0 };
  return { x, y, slant: covariance / Math.max(variance, 1e-6) };
}
