import { assertAlmostEquals } from "@std/assert";
import { minimizeSmooth } from "../../../lib/classical/minimize_smooth.ts";

Deno.test("minimizeSmooth() finds the minimum of Rosenbrock's function", () => {
  const found = minimizeSmooth(
    ([x, y]) => ({
      value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: Float64Array.of(
        -2 * (1 - x) - 400 * x * (y - x * x),
        200 * (y - x * x),
      ),
    }),
    Float64Array.of(-1.2, 1),
    { tolerance: 1e-8 },
  );
  assertAlmostEquals(found[0], 1, 1e-6);
  assertAlmostEquals(found[1], 1, 1e-6);
});
