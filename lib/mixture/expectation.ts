import {
  addScatterDiagonal,
  addScatterMatrix,
  BLOCK_ROWS,
  logDensityDiagonal,
  logDensityMatrix,
  normalizePosteriors,
  paddedRows,
  subtractMean,
} from "./kernels.ts";
import type { MixtureSize } from "./covariance.ts";
import type { Density } from "./parameters.ts";
import type { Rows } from "./rows.ts";
import { type Statistics, statisticsOf, sumsLength, type SumsSize } from "./statistics.ts";

/** The rows and the group of each component, `[k]`, where rows are held to groups. */
export interface HeldRows {
  readonly rows: Rows;
  readonly componentGroups?: Int32Array | undefined;
}

/**
 * The E step for some rows, with the sums of the M step taken while a block of rows is in cache.
 *
 * @param shift Subtracted from the rows before they are summed: near the means, or digits cancel.
 * @param sums Are added to, `[sumsLength(density)]`.
 */
export function addExpectation(
  { rows, componentGroups }: HeldRows,
  density: Density,
  { shift, range, block, sums }: {
    shift: Float64Array;
    range: RowRange;
    block: Block;
    sums: Float64Array;
  },
): void {
  const sizes = { ...density, shift };
  sumBlocks(rows, sizes, { range, block, sums }, (start, count) => {
    posteriorBlock(rows.x, density, { start, count }, block);
    if (rows.groups !== undefined && componentGroups !== undefined) {
      holdRows(rows.groups.subarray(start, start + count), componentGroups, block.posteriors);
    }
    normalizePosteriors(
      block.posteriors,
      { rows: count, components: density.components },
      block.logLikelihood,
    );
    let logLikelihood = 0;
    for (let row = 0; row < count; row++) {
      logLikelihood += rows.weights[start + row] * block.logLikelihood[row];
    }
    sums[sums.length - 1] += logLikelihood;
    return shift === density.means;
  });
}

/**
 * The sums of the M step for responsibilities that are given.
 *
 * @param responsibilities `[rows.count, k]`.
 */
export function sumResponsibilities(
  rows: Rows,
  responsibilities: Float64Array,
  { shift, matrix }: { shift: Float64Array; matrix: boolean },
): Statistics {
  const { features } = rows;
  const components = shift.length / features;
  const size = { components, features, matrix };
  const sums = new Float64Array(sumsLength(size));
  const block = newBlock(size);
  const range = { from: 0, to: rows.count };
  sumBlocks(rows, { ...size, shift }, { range, block, sums }, (start, count) => {
    for (let c = 0; c < components; c++) {
      for (let row = 0; row < count; row++) {
        block.posteriors[c * BLOCK_ROWS + row] = responsibilities[(start + row) * components + c];
      }
    }
    return false;
  });
  return statisticsOf(sums, size, shift);
}

/**
 * The log-likelihood of each row `[count]`, and the log of the posterior probability of each
 * component `[count, k]`: as logarithms, because far from all means every posterior rounds to 0 or 1.
 *
 * @param x Row-major `[count, density.features]`.
 */
export function logPosteriors(
  x: Float64Array,
  density: Density,
): { logLikelihood: Float64Array; logPosteriors: Float64Array } {
  const { components, features } = density;
  const total = x.length / features;
  const logLikelihood = new Float64Array(total);
  const logPosteriors = new Float64Array(total * components);
  const block = newBlock(density);
  for (let start = 0; start < total; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, total - start);
    posteriorBlock(x, density, { start, count }, block);
    // Loops over numbers: a picture of a latent plane asks for a hundred thousand rows.
    for (let row = start; row < start + count; row++) {
      const own = row * components;
      let largest = -Infinity;
      for (let c = 0; c < components; c++) {
        largest = Math.max(largest, block.posteriors[c * BLOCK_ROWS + row - start]);
      }
      // Where densities are so small that their logarithms have no digits left for the sum.
      let sum = 0;
      for (let c = 0; c < components; c++) {
        logPosteriors[own + c] = block.posteriors[c * BLOCK_ROWS + row - start] - largest;
        sum += Math.exp(logPosteriors[own + c]);
      }
      const logSum = Math.log(sum);
      logLikelihood[row] = largest + logSum;
      for (let c = 0; c < components; c++) logPosteriors[own + c] -= logSum;
    }
  }
  return { logLikelihood, logPosteriors };
}

/** The rows from `from` on, before `to`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Memory for one block of rows. */
export interface Block {
  /** `[k, BLOCK_ROWS, d]`. */
  readonly differences: readonly Float64Array[];
  /** `[k, BLOCK_ROWS]`: log densities, then posteriors, then masses. */
  readonly posteriors: Float64Array;
  /** `[BLOCK_ROWS]`. */
  readonly logLikelihood: Float64Array;
}

/** Memory for a block of a mixture of some size. */
export function newBlock({ components, features }: MixtureSize): Block {
  return {
    differences: Array.from(
      { length: components },
      () => new Float64Array(BLOCK_ROWS * features),
    ),
    posteriors: new Float64Array(components * BLOCK_ROWS),
    logLikelihood: new Float64Array(BLOCK_ROWS),
  };
}

/** Fills a block with differences from the means and with log weighted densities. */
function posteriorBlock(
  x: Float64Array,
  { components, features, matrix, means, factors, constants }: Density,
  { start, count }: { start: number; count: number },
  { differences, posteriors }: Block,
): void {
  const width = factors.length / components;
  const logDensity = matrix ? logDensityMatrix : logDensityDiagonal;
  const shape = { rows: count, features };
  for (let c = 0; c < components; c++) {
    const mean = means.subarray(c * features, (c + 1) * features);
    subtractMean(x.subarray(start * features), mean, shape, differences[c]);
    const factor = factors.subarray(c * width, (c + 1) * width);
    const target = posteriors.subarray(c * BLOCK_ROWS, (c + 1) * BLOCK_ROWS);
    logDensity(differences[c], factor, shape, constants[c], target);
  }
}

/** Takes the rows of a group from the components of other groups. */
function holdRows(groups: Int32Array, componentGroups: Int32Array, logDensities: Float64Array) {
  for (let row = 0; row < groups.length; row++) {
    if (groups[row] < 0) continue;
    for (let c = 0; c < componentGroups.length; c++) {
      if (componentGroups[c] !== groups[row]) logDensities[c * BLOCK_ROWS + row] = -Infinity;
    }
  }
}

/**
 * Adds to sums a block at a time.
 *
 * @param fill Writes the posteriors of a block, and says whether it also left there the
 * differences from `shift`.
 */
function sumBlocks(
  rows: Rows,
  { shift, ...size }: SumsSize & { shift: Float64Array },
  { range, block, sums }: { range: RowRange; block: Block; sums: Float64Array },
  fill: (start: number, count: number) => boolean,
): void {
  const { components, features, matrix } = size;
  const width = matrix ? features * features : features;
  const { mass, first, second } = statisticsOf(sums, size, shift);
  const addScatter = matrix ? addScatterMatrix : addScatterDiagonal;
  for (let start = range.from; start < range.to; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, range.to - start);
    const shape = { rows: count, features };
    const shifted = fill(start, count);
    for (let c = 0; c < components; c++) {
      const masses = block.posteriors.subarray(c * BLOCK_ROWS, (c + 1) * BLOCK_ROWS);
      let sum = 0;
      for (let row = 0; row < count; row++) {
        masses[row] *= rows.weights[start + row];
        sum += masses[row];
      }
      masses.fill(0, count, paddedRows(count));
      mass[c] += sum;
      const begin = c * features, end = begin + features;
      if (!shifted) {
        subtractMean(
          rows.x.subarray(start * features),
          shift.subarray(begin, end),
          shape,
          block.differences[c],
        );
      }
      addScatter(
        block.differences[c],
        masses,
        shape,
        first.subarray(begin, end),
        second.subarray(c * width, (c + 1) * width),
      );
    }
  }
}
