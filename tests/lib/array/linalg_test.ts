import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  cholesky,
  erf,
  invertTriangular,
  logSumExp,
  solveTriangular,
  timesTranspose,
  transpose,
} from "../../../lib/array/linalg.ts";
import { Random } from "../../../lib/array/random.ts";

/** A positive definite matrix `[size, size]` with entries about 1. */
function randomCovariance(size: number, seed: number): Float64Array {
  const random = new Random(seed);
  return timesTranspose(Float64Array.from({ length: size * size }, () => random.normal()), size);
}

function assertAllClose(actual: Float64Array, expected: Float64Array, tolerance = 1e-10) {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i], tolerance));
}

Deno.test("cholesky() times its transpose gives the matrix back", () => {
  for (const size of [1, 2, 7]) {
    const matrix = randomCovariance(size, size);
    assertAllClose(timesTranspose(cholesky(matrix, size), size), matrix);
  }
});

Deno.test("cholesky() throws if the matrix is not positive definite", () => {
  for (const entries of [[1, 2, 2, 1], [1, 1, 1, 1], [0, 0, 0, 0], [NaN, 0, 0, 1]]) {
    assertThrows(
      () => cholesky(Float64Array.from(entries), 2),
      RangeError,
      "a positive definite matrix is needed",
    );
  }
});

Deno.test("solveTriangular() solves, and invertTriangular() inverts", () => {
  const size = 5;
  const factor = cholesky(randomCovariance(size, 3), size);
  const vector = Float64Array.of(1, -2, 3, 0, 0.5);
  const solution = solveTriangular(factor, vector);
  const inverse = invertTriangular(factor, size);
  for (let i = 0; i < size; i++) {
    let product = 0, applied = 0;
    for (let j = 0; j < size; j++) {
      product += factor[i * size + j] * solution[j];
      applied += inverse[i * size + j] * vector[j];
    }
    assertAlmostEquals(product, vector[i], 1e-10);
    assertAlmostEquals(applied, solution[i], 1e-9);
  }
});

Deno.test("transpose() swaps rows and columns", () => {
  assertEquals(transpose(Float64Array.of(1, 2, 3, 4), 2), Float64Array.of(1, 3, 2, 4));
});

Deno.test("logSumExp() neither overflows nor underflows", () => {
  assertAlmostEquals(logSumExp([0, 0]), Math.LN2, 1e-15);
  assertEquals(logSumExp([1000, 1000]), 1000 + Math.LN2);
  assertEquals(logSumExp([-1000, -1000]), -1000 + Math.LN2);
  assertEquals(logSumExp([-Infinity, 3]), 3);
  assertEquals(logSumExp([-Infinity, -Infinity]), -Infinity);
  assertEquals(logSumExp([]), -Infinity);
});

Deno.test("erf() agrees with mpmath to float64", () => {
  // mpmath 1.3, erf at 30 digits.
  const values = [
    [1e-300, 1.1283791670955126e-300],
    [1e-9, 1.1283791670955126e-9],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.9995930479825550],
    [3, 0.9999779095030014],
    [4.5, 0.9999999998033839],
    [7, 1],
  ];
  for (const [x, expected] of values) {
    assert(Math.abs(erf(x) - expected) <= 4 * Number.EPSILON * expected, `erf(${x}) is ${erf(x)}`);
    assertEquals(erf(-x), -erf(x));
  }
  assertEquals([erf(0), erf(Infinity), erf(-Infinity), erf(NaN)], [0, 1, -1, NaN]);
});

Deno.test("erf() is continuous where the series gives way to the fraction", () => {
  const below = erf(2.5 - 1e-12), above = erf(2.5 + 1e-12);
  assert(above >= below && above - below < 1e-14);
});
