import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { PlaneScale, rangeOf, ticksOf } from "../../../../infer/explore/page/plane_scale.ts";

Deno.test("PlaneScale goes to pixels and back, up being up", () => {
  const scale = new PlaneScale(4, 200);
  const axes = { x: 2, y: 0 };
  assertEquals(scale.toPixels([9, 1, 5, -2], 1, axes), [50, 75]);
  assertEquals(scale.toPixels([0, 0, 0], 0, axes), [100, 100]);
  assertEquals(scale.toValues([50, 75]), [-2, 1]);
  // A latent space of one variable lies on a line.
  assertEquals(scale.toPixels([2], 0, { x: 0, y: undefined }), [150, 100]);
});

Deno.test("PlaneScale.toValues() stays on the plane", () => {
  assertEquals(new PlaneScale(3, 100).toValues([-20, 130]), [-3, -3]);
});

Deno.test("ticksOf() writes round values that do not touch, zero among them", () => {
  for (const range of [0.02, 1, 3, 4.5, 10, 37, 250]) {
    for (const size of [200, 340, 570]) {
      const ticks = ticksOf(new PlaneScale(range, size));
      assert(ticks.includes(0) && ticks.length >= 3, `${range} on ${size}: ${ticks}`);
      assert(ticks.at(-1)! <= range && ticks[0] === -ticks.at(-1)!);
      const apart = (ticks[1] - ticks[0]) * size / (2 * range);
      assert(apart >= 39.99 && apart <= 100.01, `${range} on ${size}: ${apart} pixels`);
    }
  }
  assertEquals(ticksOf(new PlaneScale(3, 570)), [
    -3,
    -2.5,
    -2,
    -1.5,
    -1,
    -0.5,
    0,
    0.5,
    1,
    1.5,
    2,
    2.5,
    3,
  ]);
});

Deno.test("rangeOf() shows all but the outermost points, three deviations at least", () => {
  assertEquals(rangeOf([0.1, -0.2]), 3);
  assertEquals(rangeOf([]), 3);
  const points = Float32Array.from(
    { length: 10_000 },
    (_, i) => i === 7 ? 1000 : (i % 100) / 10 - 5,
  );
  assertAlmostEquals(rangeOf(points), 6, 0.01);
});
