import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../lib/input_error.ts";
import {
  exportableGraph,
  type GraphModelLike,
  isGraphModel,
} from "../../../train/export/exportable_graph.ts";
import { exportOnnx } from "../../../train/export/export_onnx.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

/** x w, and its sum. */
function product(shape?: number[], dtype = "float32"): GraphModelLike {
  const weight = tf.tensor2d([[1, 2], [3, 4]]);
  return {
    inputs: [{ name: "x", dtype, ...shape && { shape } }],
    outputs: [{ name: "y", dtype: "float32" }],
    weights: { weight: [weight], words: [{ dtype: "string" } as tf.Tensor] },
    execute({ x }, outputs) {
      const nodes: Record<string, tf.Tensor> = { y: tf.matMul(x, weight), sum: tf.sum(x, 1) };
      for (const name of outputs) {
        if (name === "Where") {
          throw new Error(
            "This execution contains the node 'a/Where', which has the dynamic op 'Where'. Please",
          );
        }
        if (!(name in nodes)) throw new Error(`The output '${name}' is not found in the graph`);
      }
      return outputs.map((name) => nodes[name]);
    },
  };
}

Deno.test("exportableGraph() has the inputs, outputs and numeric weights of a graph model", () => {
  const model = product([-1, 2]);
  assertEquals([isGraphModel(model), isGraphModel({ execute() {} })], [true, false]);
  const { inputs, parameters } = exportableGraph(model, { name: "net", overrides: {} });
  assertEquals(inputs, [["x", { shape: [null, 2], dtype: "float32" }]]);
  assertEquals(Object.keys(parameters()), ["weight"]);
});

Deno.test("exportOnnx() of a graph model computes its outputs, or other nodes", async () => {
  const { model, difference } = await exportOnnx(product([-1, 2]), undefined, {
    name: "net",
    outputs: ["sum", "y"],
  });
  assertEquals(model.graph.outputs.map(({ name, shape }) => [name, shape]), [
    ["sum", ["batch"]],
    ["y", ["batch", 2]],
  ]);
  assertEquals([model.graph.name, difference < 1e-6], ["net", true]);
});

Deno.test("exportableGraph() says what a graph model lacks", () => {
  const of = (
    model: GraphModelLike,
    options: Partial<Parameters<typeof exportableGraph>[1]> = {},
  ) => exportableGraph(model, { name: "net", overrides: {}, ...options });
  assertThrows(() => of(product()), InputError, "give it in `inputs`");
  assertThrows(() => of(product([2], "string")), InputError, "is string, float32, int32 or bool");
  const overrides = { images: { shape: [2, 2] } };
  assertThrows(() => of(product(), { overrides }), InputError, "its inputs are x");
  const x = [tf.ones([1, 2])];
  const computing = (node: string) => () => of(product([1, 2]), { outputs: [node] }).compute(x);
  assertThrows(computing("z"), InputError, 'it has no node "z"');
  assertThrows(computing("Where"), InputError, '"a/Where" (Where) gives depends on values');
});

Deno.test("exportOnnx() knows models of another copy of TensorFlow.js, and what is none", async () => {
  const foreign = { layers: [], predict() {} } as never;
  await assertRejectsInput(foreign, "another copy of @tensorflow/tfjs-layers");
  await assertRejectsInput({} as never, "a model of layers, a graph model or a function is needed");
  await assertRejectsInput((() => Promise.resolve()) as never, "it gives a promise");
  await assertRejectsInput((() => 3) as never, "it gives 3, a tensor");
});

async function assertRejectsInput(model: never, message: string): Promise<void> {
  const error = await exportOnnx(model, undefined, { inputs: { x: { shape: [null, 2] } } })
    .then(() => undefined, (error) => error);
  assertEquals(
    [error instanceof InputError, error?.message.includes(message)],
    [true, true],
    `${error}`,
  );
}
