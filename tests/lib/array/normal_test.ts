import { assert, assertEquals, assertThrows } from "@std/assert";
import { normalProbability, normalQuantile } from "../../../lib/array/normal.ts";

Deno.test("normalQuantile() gives the values of the tables", () => {
  // scipy.stats.norm.ppf
  const table = [
    [0.5, 0],
    [0.05, -1.6448536269514729],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [1e-6, -4.753424308822899],
  ];
  for (const [p, expected] of table) {
    const actual = normalQuantile(p);
    assert(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
  }
});

Deno.test("normalQuantile() undoes normalProbability()", () => {
  for (let x = -4; x <= 4; x += 0.5) {
    assert(Math.abs(normalQuantile(normalProbability(x)) - x) < 1e-10);
  }
});

Deno.test("normalQuantile() throws outside its range", () => {
  for (const p of [0, 1, -1, NaN]) assertThrows(() => normalQuantile(p), RangeError, `p is ${p}`);
  assertEquals(normalQuantile(0.5), 0);
});
