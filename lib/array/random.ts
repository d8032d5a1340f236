/**
 * A seeded source of random numbers: PCG-XSH-RR with 64 bits of state and 32 of output
 * (O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
 * Number Generation", 2014). The state is kept in two 32-bit halves because `bigint` arithmetic is
 * some fifty times slower, and training draws noise by the million.
 */
export class Random {
  #high: number;
  #low: number;
  readonly #incrementHigh: number;
  readonly #incrementLow: number;
  #spareNormal: number | undefined;

  /**
   * @param seed A non-negative integer.
   * @param stream Separates generators of one seed (weights, noise, batches, …) so that drawing
   * more from one does not move another.
   */
  constructor(seed: number, stream: string = "") {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`Cannot seed: the seed is ${seed}, it must be a non-negative integer`);
    }
    const sequence = fnv1a(stream);
    this.#incrementHigh = sequence >>> 31;
    this.#incrementLow = ((sequence << 1) | 1) >>> 0;
    this.#high = 0;
    this.#low = 0;
    this.uint32();
    const sum = this.#low + (seed >>> 0);
    this.#low = sum >>> 0;
    this.#high = (this.#high + Math.floor(seed / 0x1_0000_0000) + (sum > 0xffffffff ? 1 : 0)) >>> 0;
    this.uint32();
  }

  /** A uniform integer in `[0, 2^32)`. */
  uint32(): number {
    const high = this.#high;
    const low = this.#low;
    // state = state * 6364136223846793005 + increment (mod 2^64), in 32-bit halves.
    const productLow = Math.imul(low, 0x4c957f2d);
    const carried = multiplyHigh(low, 0x4c957f2d) + Math.imul(high, 0x4c957f2d) +
      Math.imul(low, 0x5851f42d);
    const sum = (productLow >>> 0) + this.#incrementLow;
    this.#low = sum >>> 0;
    this.#high = (carried + this.#incrementHigh + (sum > 0xffffffff ? 1 : 0)) >>> 0;

    // output = rotr32((state >> 18 ^ state) >> 27, state >> 59)
    const xoredHigh = (high ^ (high >>> 18)) >>> 0;
    const xoredLow = (low ^ ((low >>> 18) | (high << 14))) >>> 0;
    const word = ((xoredHigh << 5) | (xoredLow >>> 27)) >>> 0;
    const rotation = high >>> 27;
    return ((word >>> rotation) | (word << ((32 - rotation) & 31))) >>> 0;
  }

  /** A uniform number in `[0, 1)` with 32 random bits. */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /**
   * A uniform integer in `[0, limit)`, without modulo bias.
   *
   * @throws {RangeError} If `limit` is no integer from 1 to 2^32.
   */
  integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > 0x1_0000_0000) {
      throw new RangeError(
        `Cannot draw an integer below ${limit}: the limit must be an integer from 1 to 2^32`,
      );
    }
    const reject = 0x1_0000_0000 % limit;
    while (true) {
      const value = this.uint32();
      if (value >= reject) return value % limit;
    }
  }

  /** A standard normal number (Marsaglia's polar method). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    while (true) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt(-2 * Math.log(square) / square);
      this.#spareNormal = v * factor;
      return u * factor;
    }
  }

  /** `length` standard normal numbers as float32. */
  normals(length: number): Float32Array {
    checkLength(length);
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = this.normal();
    return values;
  }

  /** A random order of the integers `0 … length - 1` (Fisher and Yates). */
  permutation(length: number): Uint32Array {
    checkLength(length);
    const order = new Uint32Array(length);
    for (let i = 0; i < length; i++) order[i] = i;
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}

function checkLength(length: number): void {
  if (Number.isInteger(length) && length >= 0 && length < 0x1_0000_0000) return;
  throw new RangeError(
    `Cannot draw ${length} numbers: the length must be an integer from 0 to 2^32 - 1`,
  );
}

/** The high 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16, aLow = a & 0xffff;
  const bHigh = b >>> 16, bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const lower = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(lower / 0x10000);
}

/** The 32-bit FNV-1a hash of a string. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
