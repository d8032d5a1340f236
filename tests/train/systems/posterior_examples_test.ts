import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { posteriorExamples } from "../../../train/systems/posterior_examples.ts";

Deno.test("posteriorExamples() samples each image with its variance, and with 20 times it", async () => {
  const count = 500;
  // Images of one pixel: the mean is the pixel, the variance 0.01, and what is decoded is z.
  const encoding = new GraphBuilder();
  const images = encoding.input("images", "float32", ["batch", 1, 1, 1]);
  const flat = encoding.op.Reshape(images, [-1, 1]);
  encoding.output("z_mean", flat, "float32", ["batch", 1]);
  const logVar = encoding.op.Add(encoding.op.Mul(flat, 0), Math.log(0.01));
  encoding.output("z_log_var", logVar, "float32", ["batch", 1]);
  const decoding = new GraphBuilder();
  const z = decoding.input("z", "float32", ["batch", 1]);
  decoding.output("images", decoding.op.Reshape(z, [-1, 1, 1, 1]), "float32", ["batch", 1, 1, 1]);
  const [encoder, decoder] = [
    await createSession({ graph: encoding.build(), opset: 17 }),
    await createSession({ graph: decoding.build(), opset: 17 }),
  ];
  const pixels = Float32Array.from({ length: count }, (_, i) => i / count);
  const found = await posteriorExamples(ndarray("float32", [count, 1, 1, 1], pixels), {
    encoder,
    decoder,
    seed: 0,
  });
  assertEquals(found.reconstructed!.data, pixels);
  const { data, shape: [rows] } = found.sampled!;
  assertEquals(rows, 8 * count);
  const deviation = (part: ArrayLike<number>) =>
    Math.sqrt(
      Array.from(part, (value, i) => (value - pixels[i % count]) ** 2)
        .reduce((sum, square) => sum + square, 0) / part.length,
    );
  const half = data.length / 2;
  assertAlmostEquals(deviation(data.subarray(0, half)), 0.1, 0.005);
  assertAlmostEquals(deviation(data.subarray(half)), 0.1 * Math.sqrt(20), 0.025);
  assert(new Set(data).size > 0.9 * data.length);
  await encoder.release();
  await decoder.release();
});
