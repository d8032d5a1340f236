import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { quantizeWeight } from "../../../train/convert/quantize_weight.ts";

Deno.test("quantizeWeight() rounds each channel by at most half of its step, of any axis", () => {
  const random = new Random(2, "weights");
  for (let trial = 0; trial < 30; trial++) {
    const shape = Array.from({ length: 2 + random.integer(3) }, () => 1 + random.integer(5));
    const size = shape.reduce((a, b) => a * b);
    const data = random.normals(size).map((value) => value * 10 ** random.integer(4));
    const axis = random.integer(shape.length);
    const { codes, steps } = quantizeWeight(ndarray("float32", shape, data), axis);
    assertEquals([codes.shape, steps.shape], [shape, [shape[axis]]]);
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    data.forEach((value, i) => {
      const step = steps.data[Math.floor(i / inner) % shape[axis]];
      assert(Math.abs(codes.data[i] * step - value) <= 0.5001 * step);
      assert(Math.abs(codes.data[i]) <= 127);
    });
  }
});

Deno.test("quantizeWeight() keeps a channel of zeros", () => {
  const { codes, steps } = quantizeWeight(
    ndarray("float32", [2, 2], Float32Array.of(0, 0, 1, 2)),
    0,
  );
  assertEquals([[...codes.data], steps.data[0]], [[0, 0, 64, 127], 1]);
});
