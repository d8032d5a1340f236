import { type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import type { Random } from "../../../lib/array/random.ts";

/** How often an argument is odd. */
const ODD = 0.2;

/** Arguments, some of which are odd: out of their range, empty, of another shape. */
export class Odd {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.integer(items.length)];
  }

  #or<T>(valid: T, odd: () => T): T {
    return this.random.uniform() < ODD ? odd() : valid;
  }

  /** A number that counts things. */
  count(valid: number): number {
    return this.#or(valid, () => this.pick([0, -1, 1, 2, 1.5, NaN, Infinity, -Infinity, 2 ** 53]));
  }

  /** A count of which a large one is work, not a mistake. */
  times(valid: number): number {
    return this.#or(valid, () => this.pick([0, -1, 1, 2, 3, 1.5, NaN, Infinity, -Infinity]));
  }

  number(valid: number): number {
    return this.#or(
      valid,
      () => this.pick([0, -0, -1, 0.5, 1, 2, 1e-300, 1e300, NaN, Infinity, -Infinity]),
    );
  }

  /** A name of a table, or what any object has. */
  name<T extends string>(valid: T): T {
    return this.#or(
      valid,
      () => this.pick(["", "nope", "__proto__", "constructor", "toString"]) as T,
    );
  }

  flag(): boolean {
    return this.random.integer(2) === 0;
  }

  /** A list with fewer, more or other numbers. */
  list(valid: readonly number[]): number[] {
    return this.#or(
      [...valid],
      () =>
        this.pick([[], [...valid, 99], [-1], [NaN], [0.5], valid.slice(1), [...valid, ...valid]]),
    );
  }

  /** An option that may be left out. */
  optional<T>(value: T): T | undefined {
    return this.random.integer(4) === 0 ? undefined : value;
  }

  /** An array of which the shape may be another, for as many numbers or none. */
  array<A extends NdArray>(valid: A): A {
    return this.#or(valid, () => {
      const { shape, data, dtype } = valid;
      const other = this.pick([
        [sizeOf(shape)],
        [...shape, 1],
        [1, ...shape],
        [0, ...shape.slice(1)],
        shape.toReversed(),
      ]);
      return ndarray(dtype, other, data.slice(0, sizeOf(other)) as never) as NdArray as A;
    });
  }

  /** Points of which some may be no finite number, or far away. */
  points(valid: NdArray<"float64">): NdArray<"float64"> {
    return this.#or(this.array(valid), () => {
      const data = valid.data.slice();
      const value = this.pick([NaN, Infinity, -Infinity, 1e100, 1e160, 1e-320, 0, data[0]]);
      if (this.flag()) data.fill(value);
      else data[this.random.integer(data.length)] = value;
      return ndarray("float64", valid.shape, data);
    });
  }

  labels(valid: Int32Array): Int32Array {
    return this.#or(
      valid,
      () =>
        this.pick([new Int32Array(), valid.slice(1), valid.map(() => 5), valid.map((_, i) => i)]),
    );
  }
}

/** Calls a public function with arguments that may be odd, and checks what it gives. */
export type Case = (odd: Odd) => unknown;

/** Throws if a result is not right. */
export function hold(isRight: boolean, found: string): void {
  if (!isRight) throw new WrongResult(found);
}

/** What a case throws at a wrong result. */
export class WrongResult extends Error {}

/** A number in a result that is none, by the way to it. */
export function findNaN(value: unknown, path = "result", depth = 0): string | undefined {
  if (typeof value === "number") return Number.isNaN(value) ? path : undefined;
  if (typeof value !== "object" || value === null || depth > 6) return undefined;
  if (ArrayBuffer.isView(value)) {
    const at = Array.prototype.findIndex.call(value, Number.isNaN);
    return at >= 0 ? `${path}[${at}]` : undefined;
  }
  const entries = value instanceof Map ? value : Object.entries(value);
  for (const [name, inner] of entries) {
    const found = findNaN(inner, `${path}.${name}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
