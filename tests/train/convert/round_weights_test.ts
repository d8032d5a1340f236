import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { GraphBuilder } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { roundWeights } from "../../../train/convert/round_weights.ts";

/** y = x w, or Conv(x, w), by weights whose output channels differ a thousandfold. */
function graphOf(opType: string, shape: number[], axis: number) {
  const builder = new GraphBuilder();
  const { op } = builder;
  const size = shape.reduce((a, b) => a * b, 1);
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const normals = new Random(1, "weights").normals(size);
  const data = normals.map((value, i) => value * 10 ** (Math.floor(i / inner) % shape[axis] % 4));
  const weight = builder.constant(ndarray("float32", shape, data), "w");
  const given = opType === "Conv" || opType === "ConvTranspose"
    ? [1, opType === "Conv" ? shape[1] : shape[0], 5, 5]
    : [3, 8];
  const x = builder.input("x", "float32", given);
  const transposed = opType === "Gemm" ? { transB: 1 } : {};
  builder.output("y", op[opType](x, weight, transposed), "float32", []);
  return {
    graph: builder.build(),
    x: ndarray("float32", given, new Random(2).normals(given.reduce((a, b) => a * b, 1))),
  };
}

const FORMS = [
  ["MatMul", [8, 12], 1],
  ["Gemm", [12, 8], 0],
  ["Conv", [8, 4, 3, 3], 0],
  ["ConvTranspose", [4, 8, 3, 3], 1],
] as const;

for (const [opType, shape, axis] of FORMS) {
  Deno.test(`roundWeights() rounds each output channel of ${opType} by its own step`, async () => {
    const { graph, x } = graphOf(opType, [...shape], axis);
    const before = graph.initializers.get("w")!;
    const run = async (rounded: typeof graph) => {
      const untyped = {
        ...rounded,
        outputs: [{ name: "w", dtype: "float32", shape: [...shape] }] as const,
      };
      const session = await createSession({ graph: untyped, opset: 17 });
      const { w } = await session.run({ x });
      await session.release();
      return w;
    };
    for (const [bits, share] of [["int8", 1 / 254], ["float16", 2 ** -11]] as const) {
      const rounded = roundWeights(graph, bits);
      assertEquals(rounded.initializers.get(`w/${bits}`)?.shape, [...shape]);
      const after = await run(rounded);
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      const channelOf = (i: number) => Math.floor(i / inner) % shape[axis];
      const greatest = new Float64Array(shape[axis]);
      before.data.forEach((value, i) => {
        greatest[channelOf(i)] = Math.max(greatest[channelOf(i)], Math.abs(Number(value)));
      });
      before.data.forEach((value, i) => {
        const error = Math.abs(Number(value) - Number(after.data[i]));
        assert(error <= 1.001 * share * greatest[channelOf(i)], `${bits}: ${value} by ${error}`);
      });
    }
  });
}
