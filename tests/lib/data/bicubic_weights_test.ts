import { assertAlmostEquals } from "@std/assert";
import { bicubicWeights } from "../../../lib/data/bicubic_weights.ts";

Deno.test("bicubicWeights() gives PyTorch's interpolation with aligned corners", () => {
  // torch 2.13: F.interpolate(eye, (4, 7), mode="bicubic", align_corners=True), transposed.
  const expected = [
    [1, 0, 0, 0],
    [0.5, 0.59375, -0.09375, 0],
    [0, 1, 0, 0],
    [-0.09375, 0.59375, 0.59375, -0.09375],
    [0, 0, 1, 0],
    [0, -0.09375, 0.59375, 0.5],
    [0, 0, 0, 1],
  ];
  const weights = bicubicWeights(7, 4);
  expected.flat().forEach((value, i) => assertAlmostEquals(weights[i], value, 1e-6));
});
