import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { balance, meanOfNeighbours, normalizeRows } from "../../../lib/classical/posteriors.ts";
import { Random } from "../../../lib/array/random.ts";

Deno.test("normalizeRows() sums to 1; a row of zeros becomes uniform", () => {
  const rows = normalizeRows(ndarray("float32", [2, 2], Float32Array.of(1, 3, 0, 0)));
  assertEquals([...rows.data], [0.25, 0.75, 0.5, 0.5]);
});

Deno.test("balance() brings the mean of each class to the prior and rows to 1", () => {
  const random = new Random(2);
  const raw = Float32Array.from({ length: 300 }, () => random.uniform() ** 4);
  const prior = [0.5, 0.3, 0.2];
  const { data } = balance(normalizeRows(ndarray("float32", [100, 3], raw)), prior, {
    rounds: 200,
  });
  const means = [0, 0, 0];
  data.forEach((value, i) => means[i % 3] += value / 100);
  means.forEach((mean, c) => assertAlmostEquals(mean, prior[c], 1e-3));
  assertAlmostEquals(data[0] + data[1] + data[2], 1, 1e-5);
});

Deno.test("meanOfNeighbours() averages the posteriors of the rows it is given", () => {
  const posteriors = ndarray("float32", [3, 2], Float32Array.of(1, 0, 0.5, 0.5, 0, 1));
  const mean = meanOfNeighbours(ndarray("int32", [1, 2], Int32Array.of(0, 1)), posteriors);
  assertEquals([...mean.data], [0.75, 0.25]);
});
