import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { appendLogLikelihood, fitTiedGaussians } from "../../../lib/classical/tied_gaussians.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { BASE_OPSET } from "../../../lib/onnx/opset.ts";
import { createSession } from "../../../lib/runtime/mod.ts";

Deno.test("the log density in ONNX is that of two normal distributions of one covariance", async () => {
  const random = new Random(3);
  const labels = Int32Array.from({ length: 4000 }, (_, i) => i % 4 === 0 ? 1 : 0);
  // Covariance [[4, 1], [1, 1.25]], means 0 and (3, -2).
  const points = new Float32Array(8000);
  labels.forEach((label, i) => {
    const [a, b] = [random.normal(), random.normal()];
    points.set([2 * a + 3 * label, 0.5 * a + b - 2 * label], 2 * i);
  });
  const model = await fitTiedGaussians(ndarray("float32", [4000, 2], points), labels, {
    classes: 2,
  });
  const builder = new GraphBuilder();
  const input = builder.input("points", "float32", ["batch", 2]);
  builder.output("log", appendLogLikelihood(builder, input, model), "float32", ["batch"]);
  const session = await createSession({ graph: builder.build(), opset: BASE_OPSET });
  const asked = [[0, 0], [3, -2], [1, 1], [-4, 3]];
  const { log } = await session.run({
    points: ndarray("float32", [4, 2], Float32Array.from(asked.flat())),
  });
  await session.release();
  assertEquals(log.shape, [4]);
  const density = (x: number, y: number) =>
    Math.exp(-(1.25 * x * x - 2 * x * y + 4 * y * y) / 8) / (2 * Math.PI * 2);
  asked.forEach(([x, y], i) => {
    const exact = Math.log(0.75 * density(x, y) + 0.25 * density(x - 3, y + 2));
    // From a sample, and with a hundredth of the variance added.
    assertAlmostEquals(Number(log.data[i]), exact, 0.05 * (1 + Math.abs(exact)));
  });
});

Deno.test("fitTiedGaussians() stands features that never change", async () => {
  const points = ndarray("float32", [4, 3], Float32Array.of(1, 0, 5, 2, 0, 5, 3, 0, 5, 5, 0, 5));
  const { whitening, offsets } = await fitTiedGaussians(points, [0, 0, 1, 1], { classes: 2 });
  assertEquals([...whitening.data, ...offsets].every(Number.isFinite), true);
});
