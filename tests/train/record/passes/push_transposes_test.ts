import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { type Graph } from "../../../../lib/onnx/mod.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { Random } from "../../../../lib/array/random.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { emitGraph, type InputSpec, record } from "../../../../train/record/mod.ts";

await useBackend("cpu");

type Inputs = Record<string, tf.Tensor>;
type Fn = (inputs: Inputs) => tf.Tensor;

const SHAPES: Record<string, number[]> = {
  x: [2, 6, 5, 3],
  first: [3, 3, 3, 4],
  second: [3, 3, 4, 4],
  bias: [4],
};

function graphOf(fn: Fn, shapes = SHAPES): Graph {
  const specs: Record<string, InputSpec> = {};
  for (const [name, shape] of Object.entries(shapes)) specs[name] = { shape };
  return emitGraph(record((inputs) => ({ y: fn(inputs) }), specs));
}

function conv(x: tf.Tensor, filter: tf.Tensor): tf.Tensor {
  return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same");
}

/** The operators of a graph that work on x, in order; filters are transposed besides. */
function path({ nodes }: Graph): string[] {
  const names = new Set(["x"]);
  return nodes.flatMap(({ opType, inputs, outputs }) => {
    if (!inputs.some((name) => names.has(name))) return [];
    for (const name of outputs) names.add(name);
    return [opType];
  });
}

/** The result of a graph and TensorFlow.js's, for the same random inputs. */
async function both(fn: Fn, shapes = SHAPES): Promise<[number[], number[]]> {
  const random = new Random(5, "push transposes");
  const values = Object.entries(shapes).map(([name, shape]) =>
    [name, random.normals(tf.util.sizeFromShape(shape))] as const
  );
  const session = await createSession({ graph: graphOf(fn, shapes), opset: 17 });
  const feeds = values.map(([name, data]) => [name, ndarray("float32", shapes[name], data)]);
  const { y } = await session.run(Object.fromEntries(feeds));
  await session.release();
  const expected = fn(
    Object.fromEntries(values.map(([name, data]) => [name, tf.tensor(data, shapes[name])])),
  );
  assertEquals(y.shape, expected.shape);
  return [Array.from(y.data, Number), Array.from(expected.dataSync())];
}

async function assertSame(fn: Fn, shapes = SHAPES): Promise<void> {
  const [actual, expected] = await both(fn, shapes);
  expected.forEach((value, i) => {
    const isClose = Math.abs(actual[i] - value) <= 1e-5 * Math.max(1, Math.abs(value));
    assert(isClose, `element ${i} is ${actual[i]}, expected ${value}`);
  });
}

Deno.test("pushTransposes() leaves none between convolutions with a bias and an activation", async () => {
  const fn: Fn = ({ x, first, second, bias }) =>
    conv(tf.relu(tf.add(conv(x, first), bias)), second);
  assertEquals(path(graphOf(fn)), ["Transpose", "Conv", "Add", "Relu", "Conv", "Transpose"]);
  await assertSame(fn);
});

Deno.test("pushTransposes() reduces over the axes where they are, and joins along them", async () => {
  const mean: Fn = ({ x, first }) => {
    const y = conv(x, first);
    return tf.sub(y, tf.mean(y, [0, 1, 2], true));
  };
  const means = ["ReduceMean", "ReduceMean"];
  assertEquals(path(graphOf(mean)), ["Transpose", "Conv", ...means, "Sub", "Transpose"]);
  await assertSame(mean);

  const concat: Fn = ({ x, first }) =>
    tf.sum(tf.concat([conv(x, first), tf.exp(conv(x, first))], -1), 3);
  const joined = ["Transpose", "Conv", "Exp", "Concat", "ReduceSum"];
  assertEquals(path(graphOf(concat)), joined);
  await assertSame(concat);
  await assertSame(({ x, first }) => tf.max(conv(x, first), [1, 3]));
  await assertSame(({ x, first }) => tf.sum(conv(x, first)));
});

Deno.test("pushTransposes() cuts and pads along the axes where they are", async () => {
  const fn: Fn = ({ x, first }) => {
    const cut = tf.slice(conv(x, first), [0, 1, 2, 0], [2, 4, -1, 3]);
    return tf.relu(tf.pad(cut, [[0, 0], [1, 2], [0, 3], [2, 0]], 0.5));
  };
  assertEquals(path(graphOf(fn)), ["Transpose", "Conv", "Slice", "Pad", "Relu", "Transpose"]);
  await assertSame(fn);
  await assertSame(({ x, first }) =>
    tf.stridedSlice(conv(x, first), [0, 5, 0, 3], [2, 0, 5, 0], [1, -2, 2, -1])
  );
});

Deno.test("pushTransposes() transposes the other operand where only one is transposed", async () => {
  await assertSame(({ x, first }) =>
    tf.mul(conv(x, first), tf.tile(tf.slice(x, [0, 0, 0, 0], [1, 1, 1, 1]), [2, 6, 5, 4]))
  );
  await assertSame(({ x, first, bias }) =>
    tf.mul(conv(x, first), tf.tile(tf.reshape(bias, [1, 1, 1, 4]), [2, 6, 5, 1]))
  );
  await assertSame(({ x, first }) => tf.add(conv(x, first), tf.reshape(tf.range(0, 20), [5, 4])));
  await assertSame(({ x, first }) => tf.where(tf.greater(conv(x, first), 0), conv(x, first), 2));
});

Deno.test("pushTransposes() composes a chain of them", async () => {
  const fn: Fn = ({ x }) => tf.transpose(tf.neg(tf.transpose(x, [3, 1, 0, 2])), [2, 1, 3, 0]);
  assertEquals(path(graphOf(fn)), ["Neg"]);
  await assertSame(fn);
  await assertSame(({ x }) => tf.transpose(tf.neg(tf.transpose(x, [3, 1, 0, 2])), [3, 0, 1, 2]));
});

Deno.test("pushTransposes() keeps gradients of convolutions channels first", async () => {
  const fn: Fn = ({ x, first, second, bias }) =>
    tf.grad((x) => tf.sum(tf.square(conv(tf.relu(tf.add(conv(x, first), bias)), second))))(x);
  assertEquals(path(graphOf(fn)).filter((opType) => opType === "Transpose").length, 2);
  await assertSame(fn, { ...SHAPES, x: [1, 4, 3, 3] });
});
