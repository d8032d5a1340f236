import { type NdArray, ndarray } from "../array/ndarray.ts";
import { mean } from "../array/stats.ts";
import type { Images } from "../data/dataset.ts";
import { pixelScale } from "../data/pixels.ts";

/** Levels of each channel that pixels are counted at. */
export const COLOUR_LEVELS = 5;
/** Grey photographs in colour files have 0, or 0.01 where a camera or JPEG has left a tint. */
const COLOURFUL = 0.02;

/**
 * Whether colour can tell images apart: images of three channels that differ, by 0.02 in the mean. No
 * label is looked at.
 *
 * @param images `[count, height, width, channels]`
 */
export function hasColour(images: Images): boolean {
  return images.shape[3] === 3 && meanChroma(images) > COLOURFUL;
}

/** The mean over at most 5,000 images of `max - min` of the three channels, in [0, 1]. */
export function meanChroma(images: Images): number {
  const { data, shape: [count, height, width] } = images;
  const size = height * width * 3;
  const chroma = Array.from({ length: Math.min(5000, count) }, (_, image) => {
    let sum = 0;
    for (let i = image * size; i < (image + 1) * size; i += 3) {
      const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
      sum += Math.max(red, green, blue) - Math.min(red, green, blue);
    }
    return sum / (height * width);
  });
  return mean(chroma) * pixelScale(images);
}

/**
 * Histograms of colours (Swain and Ballard, "Color indexing", 1991): 5 levels of red, green and blue
 * each, a pixel shared between the nearest ones linearly. Of each share the square root is taken, so
 * that Euclidean distances are those of Hellinger, in which rare colours count too.
 *
 * @param images `[count, height, width, 3]`
 * @returns `[count, 125]`, rows of length 1.
 */
export function colourHistograms(images: Images): NdArray<"float32"> {
  const { data, shape: [count, height, width] } = images;
  const pixels = height * width;
  const scale = pixelScale(images) * (COLOUR_LEVELS - 1);
  const bins = COLOUR_LEVELS ** 3;
  const histograms = new Float32Array(count * bins);
  const shares = new Float64Array(bins);
  const low = new Int32Array(3), rest = new Float64Array(3);
  for (let image = 0; image < count; image++) {
    shares.fill(0);
    for (let i = image * pixels * 3; i < (image + 1) * pixels * 3; i += 3) {
      for (let c = 0; c < 3; c++) {
        const level = data[i + c] * scale;
        low[c] = Math.min(COLOUR_LEVELS - 2, Math.floor(level));
        rest[c] = level - low[c];
      }
      for (let red = 0; red < 2; red++) {
        const byRed = red === 1 ? rest[0] : 1 - rest[0];
        for (let green = 0; green < 2; green++) {
          const byGreen = byRed * (green === 1 ? rest[1] : 1 - rest[1]);
          const at = ((low[0] + red) * COLOUR_LEVELS + low[1] + green) * COLOUR_LEVELS + low[2];
          shares[at] += byGreen * (1 - rest[2]);
          shares[at + 1] += byGreen * rest[2];
        }
      }
    }
    for (let k = 0; k < bins; k++) histograms[image * bins + k] = Math.sqrt(shares[k] / pixels);
  }
  return ndarray("float32", [count, bins], histograms);
}
