import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import {
  addScatterDiagonal,
  addScatterMatrix,
  BLOCK_ROWS,
  logDensityDiagonal,
  logDensityMatrix,
  normalizePosteriors,
  paddedRows,
  subtractMean,
} from "../../../lib/mixture/kernels.ts";
import { largestDifference } from "./points.ts";

const random = new Random(0, "kernels");
const shape = { rows: 8, features: 3 };
const differences = Float64Array.from(random.normals(24));
const row = (i: number) => differences.subarray(3 * i, 3 * i + 3);

Deno.test("paddedRows() is the next multiple of four", () => {
  assertEquals([0, 1, 4, 5, 127].map(paddedRows), [0, 4, 4, 8, 128]);
});

Deno.test("subtractMean() takes the mean from each row, and leaves the padding", () => {
  const found = new Float64Array(12).fill(9);
  subtractMean(Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(1, 1, 1), {
    rows: 2,
    features: 3,
  }, found);
  assertEquals([...found], [0, 1, 2, 3, 4, 5, 9, 9, 9, 9, 9, 9]);
});

Deno.test("logDensityMatrix() and logDensityDiagonal() are constant - |factor difference|^2 / 2", () => {
  const factor = Float64Array.of(2, 0, 0, 0.5, 1, 0, -1, 3, 0.25);
  const found = new Float64Array(8);
  logDensityMatrix(differences, factor, shape, 1.5, found);
  const expected = Array.from({ length: 8 }, (_, i) => {
    const [a, b, c] = row(i);
    const product = [2 * a, 0.5 * a + b, -a + 3 * b + 0.25 * c];
    return 1.5 - product.reduce((sum, value) => sum + value * value, 0) / 2;
  });
  assert(largestDifference(found, expected) < 1e-12);

  logDensityDiagonal(differences, Float64Array.of(2, 1, 0.25), shape, 1.5, found);
  const diagonal = Array.from({ length: 8 }, (_, i) => {
    const [a, b, c] = row(i);
    return 1.5 - (4 * a * a + b * b + c * c / 16) / 2;
  });
  assert(largestDifference(found, diagonal) < 1e-12);
});

Deno.test("normalizePosteriors() neither overflows nor underflows", () => {
  for (const offset of [0, 5000, -5000]) {
    const logs = new Float64Array(2 * BLOCK_ROWS);
    logs[0] = offset + Math.log(3);
    logs[BLOCK_ROWS] = offset;
    const logLikelihood = new Float64Array(1);
    normalizePosteriors(logs, { rows: 1, components: 2 }, logLikelihood);
    assertAlmostEquals(logs[0], 0.75, 1e-12);
    assertAlmostEquals(logs[BLOCK_ROWS], 0.25, 1e-12);
    assertAlmostEquals(logLikelihood[0], offset + Math.log(4), 1e-9);
  }
});

Deno.test("addScatterMatrix() and addScatterDiagonal() add weighted sums, rows of mass 0 nothing", () => {
  const masses = Float64Array.of(1, 0.5, 2, 0, 0.25, 3, 0, 0);
  const sum = (value: (row: Float64Array) => number) =>
    masses.reduce((total, mass, i) => total + mass * value(row(i)), 0);
  const first = new Float64Array(3).fill(1), second = new Float64Array(9);
  addScatterMatrix(differences, masses, shape, first, second);
  for (let i = 0; i < 3; i++) {
    assertAlmostEquals(first[i], 1 + sum((x) => x[i]), 1e-12);
    for (let j = 0; j <= i; j++) {
      assertAlmostEquals(second[3 * i + j], sum((x) => x[i] * x[j]), 1e-12);
    }
  }
  const squares = new Float64Array(3);
  addScatterDiagonal(differences, masses, shape, new Float64Array(3), squares);
  for (let i = 0; i < 3; i++) assertAlmostEquals(squares[i], second[4 * i], 1e-12);
});
