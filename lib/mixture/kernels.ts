/**
 * The inner loops of EM. They work on blocks of rows that stay in cache, four rows at a time so
 * that each factor is loaded once for four products, and allocate nothing. Differences from the
 * mean are taken before they are multiplied: `x P - mean P` would cancel where the mean is far
 * from zero.
 *
 * @module
 */

/** Rows in a block, a multiple of four: differences of one block and ten features fill 10 kB. */
export const BLOCK_ROWS = 128;

/** Where in a typed array the values of one component start, and how many rows and features. */
export interface BlockShape {
  readonly rows: number;
  readonly features: number;
}

/** The number of rows that the loops run over: the next multiple of four. */
export function paddedRows(rows: number): number {
  return (rows + 3) & ~3;
}

/**
 * Writes `x - mean` for a block of rows, `[rows, features]`. Rows of padding keep what they hold:
 * their results are not read, and their masses are 0.
 *
 * @param x The first row of the block and all after it.
 * @param mean `[features]`.
 */
export function subtractMean(
  x: Float64Array,
  mean: Float64Array,
  { rows, features }: BlockShape,
  differences: Float64Array,
): void {
  const end = rows * features;
  for (let start = 0; start < end; start += features) {
    for (let j = 0; j < features; j++) differences[start + j] = x[start + j] - mean[j];
  }
}

/**
 * Writes `constant - |factor · difference|² / 2` for each row, with a lower triangular factor
 * `[features, features]`.
 */
export function logDensityMatrix(
  differences: Float64Array,
  factor: Float64Array,
  { rows, features }: BlockShape,
  constant: number,
  logDensities: Float64Array,
): void {
  for (let row = 0; row < rows; row += 4) {
    const a = row * features, b = a + features, c = b + features, d = c + features;
    let squareA = 0, squareB = 0, squareC = 0, squareD = 0;
    for (let i = 0; i < features; i++) {
      const start = i * features;
      let sumA = 0, sumB = 0, sumC = 0, sumD = 0;
      for (let j = 0; j <= i; j++) {
        const value = factor[start + j];
        sumA += value * differences[a + j];
        sumB += value * differences[b + j];
        sumC += value * differences[c + j];
        sumD += value * differences[d + j];
      }
      squareA += sumA * sumA;
      squareB += sumB * sumB;
      squareC += sumC * sumC;
      squareD += sumD * sumD;
    }
    logDensities[row] = constant - squareA / 2;
    logDensities[row + 1] = constant - squareB / 2;
    logDensities[row + 2] = constant - squareC / 2;
    logDensities[row + 3] = constant - squareD / 2;
  }
}

/** As {@linkcode logDensityMatrix} with a diagonal factor, `[features]`. */
export function logDensityDiagonal(
  differences: Float64Array,
  factor: Float64Array,
  { rows, features }: BlockShape,
  constant: number,
  logDensities: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (let j = 0; j < features; j++) {
      const scaled = factor[j] * differences[row * features + j];
      square += scaled * scaled;
    }
    logDensities[row] = constant - square / 2;
  }
}

/**
 * Turns log densities into posteriors in place.
 *
 * @param logDensities Row `c` of `[components, BLOCK_ROWS]` holds `log weight + log density`.
 * @param logLikelihood Where the log of each row's summed density goes, `[rows]`.
 */
export function normalizePosteriors(
  logDensities: Float64Array,
  { rows, components }: { rows: number; components: number },
  logLikelihood: Float64Array,
): void {
  const end = components * BLOCK_ROWS;
  for (let row = 0; row < rows; row++) {
    let largest = -Infinity;
    for (let i = row; i < end; i += BLOCK_ROWS) {
      if (logDensities[i] > largest) largest = logDensities[i];
    }
    let sum = 0;
    for (let i = row; i < end; i += BLOCK_ROWS) {
      const density = Math.exp(logDensities[i] - largest);
      logDensities[i] = density;
      sum += density;
    }
    const scale = 1 / sum;
    for (let i = row; i < end; i += BLOCK_ROWS) logDensities[i] *= scale;
    logLikelihood[row] = largest + Math.log(sum);
  }
}

/**
 * Adds weighted differences to `first` `[features]` and their products to the lower triangle of
 * `second` `[features, features]`.
 *
 * @param masses The weight of each row; 0 for rows of padding.
 */
export function addScatterMatrix(
  differences: Float64Array,
  masses: Float64Array,
  { rows, features }: BlockShape,
  first: Float64Array,
  second: Float64Array,
): void {
  for (let row = 0; row < rows; row += 4) {
    const a = row * features, b = a + features, c = b + features, d = c + features;
    const massA = masses[row], massB = masses[row + 1];
    const massC = masses[row + 2], massD = masses[row + 3];
    for (let i = 0; i < features; i++) {
      const partA = massA * differences[a + i], partB = massB * differences[b + i];
      const partC = massC * differences[c + i], partD = massD * differences[d + i];
      first[i] += (partA + partB) + (partC + partD);
      const start = i * features;
      for (let j = 0; j <= i; j++) {
        second[start + j] += (partA * differences[a + j] + partB * differences[b + j]) +
          (partC * differences[c + j] + partD * differences[d + j]);
      }
    }
  }
}

/** As {@linkcode addScatterMatrix} with squares alone, `second` being `[features]`. */
export function addScatterDiagonal(
  differences: Float64Array,
  masses: Float64Array,
  { rows, features }: BlockShape,
  first: Float64Array,
  second: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < features; j++) {
      const difference = differences[row * features + j];
      const part = masses[row] * difference;
      first[j] += part;
      second[j] += part * difference;
    }
  }
}
