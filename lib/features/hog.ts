import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Images } from "../data/dataset.ts";
import { pixelScale } from "../data/pixels.ts";

export const BINS = 9;
/** Keeps the norm of a block without edges away from 0. */
export const EPSILON = 1e-4;
/** The largest entry of a block of length 1, after Lowe's SIFT: one strong edge must not outweigh all. */
export const CLIP = 0.2;

/** The cells of images of a size: their side in pixels, and how many there are. */
export function cellsOf([height, width]: readonly number[]): {
  cell: number;
  rows: number;
  columns: number;
} {
  const cell = Math.max(2, Math.round(height / 7));
  return { cell, rows: Math.floor(height / cell), columns: Math.floor(width / cell) };
}

/**
 * Histograms of oriented gradients (Dalal and Triggs, 2005): central differences with a replicated
 * border, of a colour image at the channel where they are largest; 9 unsigned orientations with
 * linear interpolation between bins; means over square cells of `max(2, round(height / 7))` pixels;
 * 2x2 cells a block, normalized to length 1, clipped at .2 and normalized again.
 *
 * @param images `[count, height, width, channels]`
 * @returns `[count, blocks * 36]`
 */
export function histogramsOfGradients(images: Images): NdArray<"float32"> {
  const { data, shape: [count, height, width, channels] } = images;
  const scale = pixelScale(images);
  const { cell, rows, columns } = cellsOf([height, width]);
  const blocks = Math.max(0, rows - 1) * Math.max(0, columns - 1);
  const features = new Float32Array(count * blocks * 4 * BINS);
  const cells = new Float32Array(rows * columns * BINS);
  const stride = height * width * channels;
  for (let i = 0; i < count; i++) {
    cells.fill(0);
    for (let y = 0; y < rows * cell; y++) {
      const above = i * stride + Math.max(0, y - 1) * width * channels;
      const below = i * stride + Math.min(height - 1, y + 1) * width * channels;
      const here = i * stride + y * width * channels;
      for (let x = 0; x < columns * cell; x++) {
        const left = Math.max(0, x - 1) * channels, right = Math.min(width - 1, x + 1) * channels;
        let gx = 0, gy = 0, square = 0;
        for (let c = 0; c < channels; c++) {
          const dx = data[here + right + c] - data[here + left + c];
          const dy = data[below + x * channels + c] - data[above + x * channels + c];
          if (dx * dx + dy * dy <= square) continue;
          square = dx * dx + dy * dy;
          gx = dx;
          gy = dy;
        }
        if (square === 0) continue;
        const turn = Math.atan2(gy, gx) / Math.PI;
        const angle = (turn < 0 ? turn + 1 : turn >= 1 ? turn - 1 : turn) * BINS;
        const bin = Math.floor(angle), magnitude = Math.sqrt(square) * scale;
        const at = (Math.floor(y / cell) * columns + Math.floor(x / cell)) * BINS;
        const share = angle - bin;
        cells[at + bin % BINS] += magnitude * (1 - share);
        cells[at + (bin + 1) % BINS] += magnitude * share;
      }
    }
    for (let k = 0; k < cells.length; k++) cells[k] /= cell * cell;
    let to = i * blocks * 4 * BINS;
    for (let r = 0; r + 1 < rows; r++) {
      for (let c = 0; c + 1 < columns; c++, to += 4 * BINS) {
        const from = (r * columns + c) * BINS;
        const block = features.subarray(to, to + 4 * BINS);
        block.set(cells.subarray(from, from + 2 * BINS));
        const next = from + columns * BINS;
        block.set(cells.subarray(next, next + 2 * BINS), 2 * BINS);
        normalize(block);
        for (let k = 0; k < block.length; k++) block[k] = Math.min(CLIP, block[k]);
        normalize(block);
      }
    }
  }
  return ndarray("float32", [count, blocks * 4 * BINS], features);
}

function normalize(block: Float32Array): void {
  let square = EPSILON;
  for (let k = 0; k < block.length; k++) square += block[k] * block[k];
  const factor = 1 / Math.sqrt(square);
  for (let k = 0; k < block.length; k++) block[k] *= factor;
}
