import { logSumExp } from "../array/linalg.ts";
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
import type { Density } from "./parameters.ts";
import type { Rows } from "./rows.ts";

/** Weighted sums over the rows, a component at a time: all that the M step needs. */
export interface Statistics {
  /** `Σ r`, `[k]`. */
  readonly mass: Float64Array;
  /** `Σ r (x - shift)`, `[k, d]`. */
  readonly first: Float64Array;
  /** `Σ r (x - shift)(x - shift)ᵀ`, the lower triangles of `[k, d, d]`, or `[k, d]`. */
  readonly second: Float64Array;
  /** `[k, d]`. */
  readonly shift: Float64Array;
  /** `Σ weight · log density`. */
  readonly logLikelihood: number;
}

/** The rows and the group of each component, `[k]`, where rows are held to groups. */
export interface HeldRows {
  readonly rows: Rows;
  readonly componentGroups?: Int32Array | undefined;
}

/**
 * The E step, with the sums of the M step taken while a block of rows is in cache.
 *
 * @param shift Subtracted from the rows before they are summed: near the means, or digits cancel.
 */
export function expectation(
  { rows, componentGroups }: HeldRows,
  density: Density,
  shift: Float64Array = density.means,
): Statistics {
  let logLikelihood = 0;
  const sums = sumBlocks(rows, { ...density, shift }, (start, count, block) => {
    posteriorBlock(rows.x, density, { start, count }, block);
    if (rows.groups !== undefined && componentGroups !== undefined) {
      holdRows(rows.groups.subarray(start, start + count), componentGroups, block.posteriors);
    }
    normalizePosteriors(
      block.posteriors,
      { rows: count, components: density.components },
      block.logLikelihood,
    );
    for (let row = 0; row < count; row++) {
      logLikelihood += rows.weights[start + row] * block.logLikelihood[row];
    }
    return shift === density.means;
  });
  return { ...sums, logLikelihood };
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
  const sums = sumBlocks(
    rows,
    { components, features, matrix, shift },
    (start, count, { posteriors }) => {
      for (let c = 0; c < components; c++) {
        for (let row = 0; row < count; row++) {
          posteriors[c * BLOCK_ROWS + row] = responsibilities[(start + row) * components + c];
        }
      }
      return false;
    },
  );
  return { ...sums, logLikelihood: NaN };
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
    for (let row = start; row < start + count; row++) {
      const own = logPosteriors.subarray(row * components, (row + 1) * components);
      for (let c = 0; c < components; c++) own[c] = block.posteriors[c * BLOCK_ROWS + row - start];
      const sum = logLikelihood[row] = logSumExp(own);
      for (let c = 0; c < components; c++) own[c] -= sum;
    }
  }
  return { logLikelihood, logPosteriors };
}

/** Memory for one block of rows. */
interface Block {
  /** `[k, BLOCK_ROWS, d]`. */
  readonly differences: readonly Float64Array[];
  /** `[k, BLOCK_ROWS]`: log densities, then posteriors, then masses. */
  readonly posteriors: Float64Array;
  /** `[BLOCK_ROWS]`. */
  readonly logLikelihood: Float64Array;
}

function newBlock({ components, features }: { components: number; features: number }): Block {
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
 * Sums a block at a time.
 *
 * @param fill Writes the posteriors of a block, and says whether it also left there the
 * differences from `shift`.
 */
function sumBlocks(
  rows: Rows,
  { components, features, matrix, shift }: {
    components: number;
    features: number;
    matrix: boolean;
    shift: Float64Array;
  },
  fill: (start: number, count: number, block: Block) => boolean,
): Omit<Statistics, "logLikelihood"> {
  const width = matrix ? features * features : features;
  const mass = new Float64Array(components);
  const first = new Float64Array(components * features);
  const second = new Float64Array(components * width);
  const block = newBlock({ components, features });
  const addScatter = matrix ? addScatterMatrix : addScatterDiagonal;
  for (let start = 0; start < rows.count; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows.count - start);
    const shape = { rows: count, features };
    const shifted = fill(start, count, block);
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
  return { mass, first, second, shift };
}
