import type { Random } from "../array/random.ts";
import { bicubicWeights } from "./bicubic_weights.ts";

/** Points of the coarse grid of displacements along each side. */
const GRID = 4;

/** The size of one image. */
export interface Size {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A smooth random displacement: normal numbers on a coarse grid, interpolated bicubically. */
export class Displacement {
  /** Whether anything moves. */
  readonly isOn: boolean;
  /** Of the current row of pixels, at the grid's columns. */
  readonly x = new Float32Array(GRID);
  readonly y = new Float32Array(GRID);
  /** Weights of the grid's columns, `[width, GRID]`. */
  readonly columns: Float32Array;
  readonly #rows: Float32Array;
  readonly #grid = new Float32Array(2 * GRID * GRID);
  readonly #deviations: readonly [number, number];

  constructor({ height, width }: Size, amount: number) {
    this.isOn = amount > 0;
    this.columns = bicubicWeights(width, GRID);
    this.#rows = bicubicWeights(height, GRID);
    this.#deviations = [amount * width, amount * height];
  }

  /** Draws a new displacement. */
  next(random: Random): void {
    if (!this.isOn) return;
    for (let i = 0; i < this.#grid.length; i++) {
      this.#grid[i] = random.normal() * this.#deviations[i < GRID * GRID ? 0 : 1];
    }
  }

  /** Interpolates to a row of pixels. */
  toRow(row: number): void {
    this.x.fill(0);
    this.y.fill(0);
    for (let r = 0; r < GRID; r++) {
      const weight = this.#rows[row * GRID + r];
      for (let c = 0; c < GRID; c++) {
        this.x[c] += weight * this.#grid[r * GRID + c];
        this.y[c] += weight * this.#grid[(GRID + r) * GRID + c];
      }
    }
  }
}

/** Options for {@linkcode resample}. */
export interface ResampleOptions {
  readonly size: Size;
  /** Where an output pixel is read, both relative to the middle: `[xx, xy, x, yx, yy, y]`. */
  readonly matrix: readonly number[];
  readonly bend: Displacement;
  /** Outside the image its edge is repeated instead of 0. */
  readonly edge: boolean;
}

/** A source inside a border of zeros, 1 before and 2 after, so that no index needs a check. */
export function pad(
  source: Uint8Array | Float32Array,
  padded: Float32Array,
  { height, width, channels }: Size,
): void {
  for (let row = 0; row < height; row++) {
    const line = source.subarray(row * width * channels, (row + 1) * width * channels);
    padded.set(line, ((row + 1) * (width + 3) + 1) * channels);
  }
}

/**
 * Reads each output pixel bilinearly from where the matrix and the displacement move it.
 *
 * @param padded What {@linkcode pad} gave.
 * @param copy Is filled, `[height, width, channels]`.
 */
export function resample(
  padded: Float32Array,
  copy: Float32Array,
  { size: { height, width, channels }, matrix, bend, edge }: ResampleOptions,
): void {
  const [xx, xy, shiftX, yx, yy, shiftY] = matrix;
  const middleX = (width - 1) / 2, middleY = (height - 1) / 2;
  const { isOn, x: bendX, y: bendY, columns } = bend;
  // Beyond one pixel outside all is zero; on the edge itself for photos.
  const least = edge ? 0 : -1, maxX = edge ? width - 1 : width, maxY = edge ? height - 1 : height;
  const line = (width + 3) * channels;
  let to = 0;
  for (let row = 0; row < height; row++) {
    if (isOn) bend.toRow(row);
    const fromX = middleX + shiftX + xy * (row - middleY);
    const fromY = middleY + shiftY + yy * (row - middleY);
    for (let column = 0; column < width; column++, to += channels) {
      let x = fromX + xx * (column - middleX);
      let y = fromY + yx * (column - middleX);
      if (isOn) {
        for (let g = 0; g < GRID; g++) {
          const weight = columns[column * GRID + g];
          x += weight * bendX[g];
          y += weight * bendY[g];
        }
      }
      x = (x < least ? least : x > maxX ? maxX : x) + 1;
      y = (y < least ? least : y > maxY ? maxY : y) + 1;
      // Not negative any more, so that | 0 is the floor.
      const x0 = x | 0, y0 = y | 0;
      const fx = x - x0, fy = y - y0;
      const at = y0 * line + x0 * channels;
      for (let c = 0; c < channels; c++) {
        const above = padded[at + c] + fx * (padded[at + channels + c] - padded[at + c]);
        const next = at + line + c;
        const below = padded[next] + fx * (padded[next + channels] - padded[next]);
        copy[to + c] = above + fy * (below - above);
      }
    }
  }
}
