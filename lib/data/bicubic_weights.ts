/** The sharpness of Keys's cubic kernel that PyTorch and Pillow use. */
const A = -0.75;

/**
 * The weights of bicubic interpolation from `points` to `length` values, the first and last of which
 * lie on each other; beyond the ends the outer points are repeated (Keys, "Cubic convolution
 * interpolation", 1981).
 *
 * @returns `[length, points]`
 */
export function bicubicWeights(length: number, points: number): Float32Array {
  const weights = new Float32Array(length * points);
  for (let i = 0; i < length; i++) {
    const at = length === 1 ? 0 : i * (points - 1) / (length - 1);
    const first = Math.floor(at) - 1;
    for (let k = 0; k < 4; k++) {
      const point = Math.min(points - 1, Math.max(0, first + k));
      weights[i * points + point] += cubic(Math.abs(at - first - k));
    }
  }
  return weights;
}

function cubic(distance: number): number {
  if (distance <= 1) return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
  if (distance < 2) return ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
  return 0;
}
