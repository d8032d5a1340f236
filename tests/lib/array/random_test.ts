import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";

const MASK = (1n << 64n) - 1n;

/** PCG-XSH-RR 64/32 as its paper writes it, in arithmetic of any width. */
function* pcg32(seed: bigint, sequence: bigint): Generator<number> {
  const increment = ((sequence << 1n) | 1n) & MASK;
  let state = 0n;
  const step = () => state = (state * 6364136223846793005n + increment) & MASK;
  step();
  state = (state + seed) & MASK;
  step();
  while (true) {
    const old = state;
    step();
    const word = (((old >> 18n) ^ old) >> 27n) & 0xffffffffn;
    const rotation = old >> 59n;
    yield Number(((word >> rotation) | (word << ((32n - rotation) & 31n))) & 0xffffffffn);
  }
}

/** FNV-1a, which turns a stream's name into its sequence. */
function sequenceOf(stream: string): bigint {
  let hash = 0x811c9dc5n;
  for (const character of stream) {
    hash = ((hash ^ BigInt(character.charCodeAt(0))) * 0x01000193n) & 0xffffffffn;
  }
  return hash;
}

Deno.test("the reference generator gives the numbers of the PCG authors' demo", () => {
  // pcg32-demo of pcg-c-basic 0.9, seeded with (42, 54): round 1, 32 bits.
  const reference = pcg32(42n, 54n);
  assertEquals(
    Array.from({ length: 6 }, () => reference.next().value),
    [0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e],
  );
});

Deno.test("uint32() gives PCG32's numbers for any seed and stream", () => {
  for (
    const seed of [0, 1, 42, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 5, Number.MAX_SAFE_INTEGER]
  ) {
    for (const stream of ["", "noise", "batches"]) {
      const random = new Random(seed, stream);
      const reference = pcg32(BigInt(seed), sequenceOf(stream));
      for (let i = 0; i < 2_000; i++) assertEquals(random.uint32(), reference.next().value);
    }
  }
});

Deno.test("new Random() throws if the seed is no non-negative integer", () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
    assertThrows(() => new Random(seed), RangeError, `Cannot seed: the seed is ${seed}`);
  }
});

Deno.test("uniform() is uniform in [0, 1)", () => {
  const random = new Random(7);
  const bins = new Array<number>(100).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const value = random.uniform();
    assert(value >= 0 && value < 1);
    bins[Math.floor(value * 100)]++;
  }
  const chiSquare = bins.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
  // 99 degrees of freedom: between the 0.1 % and 99.9 % points.
  assert(chiSquare > 61.1 && chiSquare < 148.2, `chi-square ${chiSquare}`);
});

Deno.test("integer() stays below its limit and favours none", () => {
  const random = new Random(3);
  for (const limit of [1, 2, 3, 10]) {
    const counts = new Array<number>(limit).fill(0);
    for (let i = 0; i < 30_000; i++) counts[random.integer(limit)]++;
    assertEquals(counts.length, limit);
    for (const count of counts) {
      // Five standard deviations of a binomial count.
      const spread = 5 * Math.sqrt(30_000 / limit * (1 - 1 / limit));
      assertAlmostEquals(count, 30_000 / limit, spread);
    }
  }
  // A limit of 3/4 of the range: without rejection the lower third would come up half of the time.
  const limit = 3 * 2 ** 30;
  let low = 0;
  for (let i = 0; i < 30_000; i++) {
    const value = random.integer(limit);
    assert(value < limit);
    if (value < limit / 3) low++;
  }
  assertAlmostEquals(low, 10_000, 5 * Math.sqrt(30_000 * 2 / 9));
  assert(random.integer(2 ** 32) < 2 ** 32);
});

Deno.test("integer() throws if the limit is no integer of 1 to 2^32", () => {
  for (const limit of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
    assertThrows(
      () => new Random(1).integer(limit),
      RangeError,
      `Cannot draw an integer below ${limit}`,
    );
  }
});

Deno.test("normal() has the moments of a standard normal", () => {
  const random = new Random(11, "noise");
  const count = 200_000;
  const sums = [0, 0, 0, 0];
  let beyond = 0;
  for (const value of random.normals(count)) {
    for (let power = 0; power < 4; power++) sums[power] += value ** (power + 1);
    if (Math.abs(value) > 1.959964) beyond++;
  }
  // Each within five standard errors: the variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
  for (const [power, [moment, variance]] of [[0, 1], [1, 2], [0, 15], [3, 96]].entries()) {
    assertAlmostEquals(sums[power] / count, moment, 5 * Math.sqrt(variance / count));
  }
  assertAlmostEquals(beyond / count, 0.05, 5 * Math.sqrt(0.05 * 0.95 / count));
});

Deno.test("normal() gives numbers that do not follow from the one before", () => {
  const values = new Random(5).normals(100_000);
  let product = 0;
  for (let i = 1; i < values.length; i++) product += values[i] * values[i - 1];
  assertAlmostEquals(product / values.length, 0, 5 / Math.sqrt(values.length));
});

Deno.test("permutation() orders every integer once, each order as likely", () => {
  const random = new Random(9);
  for (const length of [0, 1, 2, 1_000]) {
    const order = random.permutation(length);
    assertEquals([...order].sort((a, b) => a - b), Array.from({ length }, (_, i) => i));
  }
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.permutation(4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  for (const count of counts.values()) assertAlmostEquals(count, 1_000, 5 * Math.sqrt(1_000));
});

Deno.test("streams of one seed differ, and equal ones agree", () => {
  const first = (stream: string) => new Random(1, stream).normals(8);
  assertEquals(first("noise"), first("noise"));
  assert(first("noise").every((value, i) => value !== first("batches")[i]));
});
