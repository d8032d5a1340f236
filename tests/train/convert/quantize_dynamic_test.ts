import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { type Graph, GraphBuilder } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { quantizeDynamic } from "../../../train/convert/quantize_dynamic.ts";

const random = new Random(6, "dense");
const array = (...shape: number[]) =>
  ndarray("float32", shape, random.normals(shape.reduce((a, b) => a * b)));

/** Dense layers of every form, one after another. */
function dense(): Graph {
  const builder = new GraphBuilder();
  const { op } = builder;
  const x = builder.input("x", "float32", ["batch", 20]);
  const first = op.Add(
    op.MatMul(x, builder.constant(array(20, 30), "a")),
    builder.constant(array(30), "b"),
  );
  const second = op.Gemm(
    op.Relu(first),
    builder.constant(array(30, 16), "c"),
    builder.constant(array(16), "d"),
  );
  const third = op.Gemm(second, builder.constant(array(12, 16), "e"), { transB: 1 });
  builder.output("y", third, "float32", ["batch", 12]);
  return builder.build();
}

async function run(graph: Graph, x: ReturnType<typeof array>): Promise<Float32Array> {
  const session = await createSession({ graph, opset: 17 });
  const { y } = await session.run({ x });
  await session.release();
  return y.data as Float32Array;
}

Deno.test("quantizeDynamic() multiplies with integers and stays within a hundredth", async () => {
  const graph = dense();
  const quantized = quantizeDynamic(graph);
  const count = (opType: string) => quantized.nodes.filter((node) => node.opType === opType).length;
  assertEquals([count("MatMulInteger"), count("MatMul"), count("Gemm")], [3, 0, 0]);
  assertEquals([...quantized.initializers.keys()].sort(), [
    "a/int8",
    "a/steps",
    "b",
    "c/int8",
    "c/steps",
    "d",
    "e/int8",
    "e/steps",
  ]);
  for (const rows of [1, 5]) {
    const x = array(rows, 20);
    const [expected, actual] = [await run(graph, x), await run(quantized, x)];
    const largest = Math.max(...expected.map(Math.abs));
    const error = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]))) / largest;
    assert(error > 0 && error < 0.02, `${error}`);
  }
});

Deno.test("quantizeDynamic() leaves small products and scaled ones alone", () => {
  const builder = new GraphBuilder();
  const { op } = builder;
  const x = builder.input("x", "float32", ["batch", 20]);
  const scaled = op.Gemm(x, builder.constant(array(20, 20), "a"), { alpha: 2 });
  builder.output("y", op.MatMul(scaled, builder.constant(array(20, 2), "b")), "float32", [
    "batch",
    2,
  ]);
  const graph = builder.build();
  assertEquals(quantizeDynamic(graph), graph);
});
