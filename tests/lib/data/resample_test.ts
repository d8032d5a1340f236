import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { Displacement, pad, resample } from "../../../lib/data/resample.ts";

const size = { height: 3, width: 4, channels: 1 };
const source = Float32Array.from({ length: 12 }, (_, i) => i + 1);
const padded = new Float32Array(6 * 7);
pad(source, padded, size);

function read(matrix: readonly number[], edge: boolean, elastic = 0): number[] {
  const copy = new Float32Array(12);
  const bend = new Displacement(size, elastic);
  bend.next(new Random(0));
  resample(padded, copy, { size, matrix, bend, edge });
  return [...copy];
}

Deno.test("resample() moves by whole pixels exactly, and by halves to the mean", () => {
  assertEquals(read([1, 0, 1, 0, 1, 0], false), [2, 3, 4, 0, 6, 7, 8, 0, 10, 11, 12, 0]);
  assertEquals(read([1, 0, 1, 0, 1, 0], true), [2, 3, 4, 4, 6, 7, 8, 8, 10, 11, 12, 12]);
  assertEquals(read([1, 0, 0.5, 0, 1, 0], false).slice(0, 4), [1.5, 2.5, 3.5, 2]);
  assertEquals(read([1, 0, 0, 0, 1, -1], false).slice(0, 5), [0, 0, 0, 0, 1]);
});

Deno.test("resample() turns an image upside down", () => {
  assertEquals(read([-1, 0, 0, 0, -1, 0], false), [...source].reverse());
});

Deno.test("resample() far outside reads zero, or the edge", () => {
  assertEquals(read([1, 0, 100, 0, 1, 0], false), new Array(12).fill(0));
  assertEquals(read([1, 0, 100, 0, 1, 0], true), [4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12]);
});

Deno.test("Displacement is smooth: a straight slope stays within its deviations", () => {
  const copy = read([1, 0, 0, 0, 1, 0], true, 0.02);
  copy.forEach((value, i) => assertAlmostEquals(value, source[i], 2));
});
