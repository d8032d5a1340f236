import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { appendColours } from "../../../lib/features/colour_graph.ts";
import { colourHistograms } from "../../../lib/features/colours.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { BASE_OPSET } from "../../../lib/onnx/opset.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

for (const [height, width] of [[16, 16], [5, 9], [1, 2]]) {
  Deno.test(`appendColours() counts the colours of ${height}x${width} images as colourHistograms() does`, async () => {
    const random = new Random(height);
    const pixels = Float32Array.from(
      { length: 6 * height * width * 3 },
      // Levels themselves, both ends among them, and what lies between.
      (_, i) => i % 3 === 0 ? random.integer(5) / 4 : random.uniform(),
    );
    const images = ndarray("float32", [6, height, width, 3], pixels);
    const builder = new GraphBuilder();
    const input = builder.input("images", "float32", ["batch", height, width, 3]);
    builder.output("colours", appendColours(builder, input, [height, width, 3]), "float32", [
      "batch",
      125,
    ]);
    const session = await createSession({ graph: builder.build(), opset: BASE_OPSET });
    const { colours } = await session.run({ images });
    await session.release();
    const expected = colourHistograms(images);
    assertEquals(colours.shape, [...expected.shape]);
    expected.data.forEach((value, i) => assertAlmostEquals(Number(colours.data[i]), value, 1e-3));
  });
}
