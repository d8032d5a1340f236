import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { type Graph } from "../../../../lib/onnx/mod.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { Random } from "../../../../lib/array/random.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";

/** A function of tensors by name. */
export type Fn = (inputs: Record<string, tf.Tensor>) => tf.Tensor | tf.Tensor[];

/** The shapes of what it takes. */
export type Shapes = Readonly<Record<string, number[]>>;

/** A function as a graph of one batch size. */
export function graphOf(fn: Fn, shapes: Shapes): Graph {
  const specs = Object.entries(shapes).map(([name, shape]) => [name, { shape }]);
  return emitGraph(record((inputs) => named(fn(inputs)), Object.fromEntries(specs)));
}

/** The operators of a graph. */
export function operatorsOf({ nodes }: Graph): string[] {
  return nodes.map(({ opType }) => opType);
}

/**
 * Runs a function's graph on random numbers and asserts that it gives what TensorFlow.js gives.
 *
 * @param special Values that the tensor `x` begins with.
 * @returns The graph.
 */
export async function assertSame(
  fn: Fn,
  shapes: Shapes,
  { special = [], tolerance = 1e-5 }: { special?: readonly number[]; tolerance?: number } = {},
): Promise<Graph> {
  const random = new Random(4, "recorded case");
  const values = Object.entries(shapes).map(([name, shape]) => {
    const data = random.normals(tf.util.sizeFromShape(shape));
    if (name === "x") data.set(special);
    return [name, data] as const;
  });
  const graph = graphOf(fn, shapes);
  const session = await createSession({ graph, opset: 17 });
  const results = await session.run(Object.fromEntries(
    values.map(([name, data]) => [name, ndarray("float32", shapes[name], data)]),
  ));
  await session.release();
  const tensors = values.map(([name, data]) => [name, tf.tensor(data, shapes[name])]);
  for (const [name, expected] of Object.entries(named(fn(Object.fromEntries(tensors))))) {
    const actual = results[name];
    assertEquals(actual.shape, expected.shape);
    expected.dataSync().forEach((value, i) => {
      const found = Number(actual.data[i]);
      const isClose = Object.is(found, value) ||
        Math.abs(found - value) <= tolerance * Math.max(1, Math.abs(value));
      assert(isClose, `${name}: element ${i} is ${found}, not ${value}`);
    });
  }
  return graph;
}

function named(outputs: tf.Tensor | tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries([outputs].flat().map((output, i) => [`output_${i}`, output]));
}
