import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { histogramsOfGradients } from "../../../lib/features/hog.ts";
import { appendHistograms } from "../../../lib/features/hog_graph.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { BASE_OPSET } from "../../../lib/onnx/opset.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

for (const [height, width, channels] of [[28, 28, 1], [15, 22, 3], [8, 8, 1], [4, 5, 2]]) {
  Deno.test(`appendHistograms() is histogramsOfGradients() for ${height}x${width}x${channels}`, async () => {
    const random = new Random(4);
    const stride = height * width * channels;
    // Noise, few grey values (whose gradients are often upright or level), edges, and no edge at all.
    const pixels = Float32Array.from({ length: 5 * stride }, (_, i) => {
      const kind = Math.floor(i / stride), x = Math.floor(i / channels) % width;
      if (kind === 0) return random.uniform();
      if (kind === 1) return random.integer(3) / 2;
      if (kind === 2) return Number(x > width / 2);
      return kind === 3 ? x / width : 1;
    });
    const images = ndarray("float32", [5, height, width, channels], pixels);
    const builder = new GraphBuilder();
    const input = builder.input("images", "float32", ["batch", height, width, channels]);
    const expected = histogramsOfGradients(images);
    const histograms = appendHistograms(builder, input, [height, width, channels]);
    builder.output("histograms", histograms, "float32", ["batch", expected.shape[1]]);
    const session = await createSession({ graph: builder.build(), opset: BASE_OPSET });
    const found = (await session.run({ images })).histograms;
    await session.release();
    assertEquals(found.shape, expected.shape);
    expected.data.forEach((value, i) => assertAlmostEquals(Number(found.data[i]), value, 1e-4));
    assert(expected.data.some((value) => value > 0.1));
  });
}
