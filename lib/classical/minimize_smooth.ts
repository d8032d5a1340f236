/** A smooth function with its gradient. */
export type Objective = (
  at: Float64Array,
) => { readonly value: number; readonly gradient: Float64Array };

/** Options for {@linkcode minimizeSmooth}. */
export interface MinimizeSmoothOptions {
  /** Ends where no entry of the gradient is larger. @default {1e-4} */
  tolerance?: number;
  /** @default {200} */
  maxIterations?: number;
}

/** Steps that are remembered to estimate curvature. */
const MEMORY = 10;

/**
 * Minimizes a smooth function by L-BFGS with backtracking (Nocedal and Wright, "Numerical
 * Optimization", algorithms 7.4 and 3.1).
 *
 * @returns Where it is lowest, as far as found.
 */
export function minimizeSmooth(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-4, maxIterations = 200 }: MinimizeSmoothOptions = {},
): Float64Array {
  let at = start;
  let { value, gradient } = objective(at);
  const history: { step: Float64Array; change: Float64Array }[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (gradient.every((entry) => Math.abs(entry) <= tolerance)) break;
    const direction = descent(gradient, history);
    const slope = dot(direction, gradient);
    let length = history.length === 0 ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
    let next = move(at, direction, length);
    let found = objective(next);
    while (!(found.value <= value + 1e-4 * length * slope)) {
      length /= 2;
      if (length < 1e-12) return at;
      next = move(at, direction, length);
      found = objective(next);
    }
    const step = move(next, at, -1);
    const change = move(found.gradient, gradient, -1);
    if (dot(step, change) > 1e-12 * dot(change, change)) history.push({ step, change });
    if (history.length > MEMORY) history.shift();
    at = next;
    ({ value, gradient } = found);
  }
  return at;
}

/** The direction `-H g`, where H estimates the inverse of the second derivatives. */
function descent(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array }[],
): Float64Array {
  let direction: Float64Array = gradient.map((entry) => -entry);
  const factors: number[] = [];
  for (const { step, change } of history.toReversed()) {
    const factor = dot(step, direction) / dot(step, change);
    factors.push(factor);
    direction = move(direction, change, -factor);
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const scale = dot(last.step, last.change) / dot(last.change, last.change);
    direction = direction.map((entry) => scale * entry);
  }
  for (const { step, change } of history) {
    const back = dot(change, direction) / dot(step, change);
    direction = move(direction, step, factors.pop()! - back);
  }
  return direction;
}

/** `from + length * direction` */
function move(from: Float64Array, direction: Float64Array, length: number): Float64Array {
  return from.map((value, i) => value + length * direction[i]);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
