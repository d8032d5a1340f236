/** What a classifier said with about the same probability, and how often it was right. */
export interface CalibrationBin {
  /** The least probability of the bin. */
  readonly from: number;
  /** Its greatest. */
  readonly to: number;
  /** How many answers fall into it. */
  readonly count: number;
  /** The mean probability of these answers. */
  readonly confidence: number;
  /** The share of them that are right. */
  readonly accuracy: number;
  /** The 95 % interval of that share. */
  readonly interval: [number, number];
}

/** How far a classifier's probabilities can be taken at their word. */
export interface Calibration {
  /** The bins that hold an answer, ascending. */
  readonly bins: CalibrationBin[];
  /** The mean of `|accuracy - confidence|` over bins, weighted by their counts. */
  readonly expectedCalibrationError: number;
}

/** Options for {@linkcode calibrationOf}. */
export interface CalibrationOptions {
  /** How many bins of equal width the probabilities from 0 to 1 fall into. @default {10} */
  binCount?: number;
}

/**
 * Compares the probability of each answer with whether it is right (Guo et al., "On Calibration of
 * Modern Neural Networks", 2017, equations 1 to 3).
 *
 * @param confidences The probability that each answer was given with.
 * @param right Whether each is right.
 * @throws {RangeError} If the lengths differ or are 0.
 */
export function calibrationOf(
  confidences: ArrayLike<number>,
  right: ArrayLike<boolean>,
  { binCount = 10 }: CalibrationOptions = {},
): Calibration {
  const total = confidences.length;
  if (total !== right.length || total === 0) {
    throw new RangeError(
      `Cannot measure calibration: there are ${total} probabilities and ${right.length} answers, as many of both and at least one are needed`,
    );
  }
  const sums = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < total; i++) {
    const bin = sums[Math.min(binCount - 1, Math.floor(confidences[i] * binCount))];
    bin.count++;
    bin.confidence += confidences[i];
    bin.right += right[i] ? 1 : 0;
  }
  const bins = sums.flatMap(({ count, confidence, right }, i) =>
    count === 0 ? [] : [{
      from: i / binCount,
      to: (i + 1) / binCount,
      count,
      confidence: confidence / count,
      accuracy: right / count,
      interval: wilsonInterval(right, count),
    }]
  );
  const expectedCalibrationError = bins.reduce(
    (sum, { count, accuracy, confidence }) => sum + count / total * Math.abs(accuracy - confidence),
    0,
  );
  return { bins, expectedCalibrationError };
}

/** The 95 % interval of a share (Wilson, "Probable Inference", 1927). */
export function wilsonInterval(successes: number, count: number): [number, number] {
  const z = 1.959964;
  const share = successes / count;
  const middle = (share + z * z / (2 * count)) / (1 + z * z / count);
  const half = z / (1 + z * z / count) *
    Math.sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
