/** Options for {@linkcode structuralSimilarity}. */
export interface StructuralSimilarityOptions {
  /** The side of the square window, odd and at least 3. @default {7} */
  windowSize?: number;
  /** The difference between the greatest and the least value that a pixel may have. @default {1} */
  dataRange?: number;
}

/**
 * The structural similarity of pairs of images, by pair (Wang et al., "Image Quality Assessment:
 * From Error Visibility to Structural Similarity", 2004): uniform window, sample covariance, mean
 * over the pixels whose window lies inside the image and over channels. These are the defaults of
 * scikit-image's `structural_similarity`.
 *
 * @param pair Two arrays of shape `[count, height, width, channels]`.
 * @param shape `[height, width, channels]`
 * @returns `[count]`, 1 where the images are equal.
 * @throws {RangeError} If the window is even, less than 3 or does not fit into the image.
 */
export function structuralSimilarity(
  [a, b]: readonly [ArrayLike<number>, ArrayLike<number>],
  [height, width, channels]: readonly [number, number, number],
  { windowSize = 7, dataRange = 1 }: StructuralSimilarityOptions = {},
): Float64Array {
  // One pixel has no variance.
  if (!(windowSize % 2 === 1 && windowSize >= 3 && windowSize <= Math.min(height, width))) {
    throw new RangeError(
      `Cannot compare images of ${height}x${width}: the window is ${windowSize}x${windowSize}, an odd one of 3 or more that fits is needed`,
    );
  }
  if (!(dataRange > 0 && dataRange < Infinity)) {
    throw new RangeError(
      `Cannot compare images: dataRange is ${dataRange}, a number above 0 is needed`,
    );
  }
  const pixels = height * width;
  const size = pixels * channels;
  if (a.length !== b.length || a.length % size !== 0) {
    throw new RangeError(
      `Cannot compare images: there are ${a.length} and ${b.length} pixels, as many of both and a multiple of ${size} are needed`,
    );
  }
  const similarity = new Float64Array(a.length / size);
  // x, y, x², y² and xy of one plane, and their sums over every window that lies inside it.
  const planes = Array.from({ length: 5 }, () => new Float64Array(pixels));
  const [x, y, xx, yy, xy] = planes;
  const across = width - windowSize + 1;
  const rowSums = new Float64Array(height * across);
  const sums = planes.map(() => new Float64Array((height - windowSize + 1) * across));
  for (let image = 0; image < similarity.length; image++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let p = 0, from = image * size + channel; p < pixels; p++, from += channels) {
        x[p] = a[from];
        y[p] = b[from];
        xx[p] = x[p] * x[p];
        yy[p] = y[p] * y[p];
        xy[p] = x[p] * y[p];
      }
      for (let k = 0; k < planes.length; k++) {
        slide(planes[k], rowSums, { length: width, windowSize, step: 1 });
        slide(rowSums, sums[k], { length: height, windowSize, step: across });
      }
      similarity[image] += meanSimilarity(sums, windowSize ** 2, dataRange) / channels;
    }
  }
  return similarity;
}

function meanSimilarity(
  [sumX, sumY, sumXX, sumYY, sumXY]: readonly Float64Array[],
  area: number,
  dataRange: number,
): number {
  const c1 = (0.01 * dataRange) ** 2;
  const c2 = (0.03 * dataRange) ** 2;
  let total = 0;
  for (let i = 0; i < sumX.length; i++) {
    const meanX = sumX[i] / area;
    const meanY = sumY[i] / area;
    const varianceX = (sumXX[i] - area * meanX * meanX) / (area - 1);
    const varianceY = (sumYY[i] - area * meanY * meanY) / (area - 1);
    const covariance = (sumXY[i] - area * meanX * meanY) / (area - 1);
    total += (2 * meanX * meanY + c1) * (2 * covariance + c2) /
      ((meanX * meanX + meanY * meanY + c1) * (varianceX + varianceY + c2));
  }
  return total / sumX.length;
}

/**
 * Sums of `windowSize` neighbours along every line of a plane. With `step` 1 lines are rows, else
 * columns of `step` values a row.
 */
function slide(
  values: Float64Array,
  sums: Float64Array,
  { length, windowSize, step }: { length: number; windowSize: number; step: number },
): void {
  const windows = length - windowSize + 1;
  const lines = values.length / length;
  for (let line = 0; line < lines; line++) {
    const from = step === 1 ? line * length : line;
    const to = step === 1 ? line * windows : line;
    let sum = 0;
    for (let k = 0; k < windowSize; k++) sum += values[from + k * step];
    sums[to] = sum;
    for (let k = 1; k < windows; k++) {
      sum += values[from + (k + windowSize - 1) * step] - values[from + (k - 1) * step];
      sums[to + k * step] = sum;
    }
  }
}
