import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { appendShrink, shrink } from "../../../lib/features/shrink.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { BASE_OPSET } from "../../../lib/onnx/opset.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

Deno.test("shrink() takes means of squares and leaves out what fills none", () => {
  const pixels = Uint8Array.of(0, 2, 200, 4, 6, 200, 9, 9, 9);
  const images = ndarray("uint8", [1, 3, 3, 1], pixels);
  assertEquals(shrink(images, 2), ndarray("uint8", [1, 1, 1, 1], Uint8Array.of(3)));
  assert(shrink(images, 1) === images);
});

Deno.test("shrink() rounds bytes to the nearest, and keeps channels apart", () => {
  const pixels = Uint8Array.of(1, 10, 2, 20, 2, 20, 2, 20);
  const images = ndarray("uint8", [1, 2, 2, 2], pixels);
  assertEquals(shrink(images, 2).data, Uint8Array.of(2, 18));
});

for (const [height, width, channels, factor] of [[9, 8, 1, 2], [10, 13, 3, 3], [6, 6, 3, 1]]) {
  Deno.test(`appendShrink() is shrink() of ${height}x${width}x${channels} by ${factor}`, async () => {
    const random = new Random(1);
    const shape = [height, width, channels];
    const pixels = Float32Array.from(
      { length: 2 * height * width * channels },
      () => random.uniform(),
    );
    const images = ndarray("float32", [2, ...shape], pixels);
    const builder = new GraphBuilder();
    const input = builder.input("images", "float32", ["batch", ...shape]);
    const expected = shrink(images, factor);
    const small = builder.op.Identity(appendShrink(builder, input, factor));
    builder.output("small", small, "float32", ["batch", ...expected.shape.slice(1)]);
    const session = await createSession({ graph: builder.build(), opset: BASE_OPSET });
    const found = (await session.run({ images })).small;
    await session.release();
    assertEquals(found.shape, expected.shape);
    expected.data.forEach((value, i) => assertAlmostEquals(Number(found.data[i]), value, 1e-6));
  });
}
