import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";

await useBackend("cpu");

const SHAPE = [2, 3, 4];
const VALUES = Float32Array.from({ length: 24 }, (_, i) => ((i * 7) % 24) / 8);
const PICKED = [1, 0, 1];

/** Functions of a tensor that take an axis. */
const FUNCTIONS: Readonly<Record<string, (x: tf.Tensor, axis: number) => tf.Tensor | tf.Tensor[]>> =
  {
    all: (x, axis) => tf.all(tf.greater(x, 1), axis),
    any: (x, axis) => tf.any(tf.greater(x, 2), axis),
    argMax: (x, axis) => tf.argMax(x, axis),
    argMin: (x, axis) => tf.argMin(x, axis),
    concat: (x, axis) => tf.concat([x, tf.neg(x)], axis),
    cumprod: (x, axis) => tf.cumprod(x, axis),
    cumsum: (x, axis) => tf.cumsum(x, axis),
    expandDims: (x, axis) => tf.expandDims(x, axis),
    gather: (x, axis) => tf.gather(x, tf.tensor1d(PICKED, "int32"), axis),
    logSumExp: (x, axis) => tf.logSumExp(x, axis),
    max: (x, axis) => tf.max(x, axis, true),
    mean: (x, axis) => tf.mean(x, axis),
    min: (x, axis) => tf.min(x, axis),
    prod: (x, axis) => tf.prod(x, axis),
    reverse: (x, axis) => tf.reverse(x, axis),
    split: (x, axis) => tf.split(x, [1, x.shape.at(axis)! - 1], axis),
    squeeze: (x, axis) => tf.squeeze(tf.slice(x, 0, x.shape.with(axis, 1)), [axis]),
    stack: (x, axis) => tf.stack([x, tf.neg(x)], axis),
    sum: (x, axis) => tf.sum(x, axis),
    unstack: (x, axis) => tf.unstack(x, axis),
  };

/** Kernels that their functions give no negative axis; others may. */
const KERNELS: Readonly<Record<string, (axis: number) => tf.NamedAttrMap>> = {
  ArgMax: (axis) => ({ axis }),
  ArgMin: (axis) => ({ axis }),
  Cumprod: (axis) => ({ axis, exclusive: true, reverse: false }),
  Cumsum: (axis) => ({ axis, exclusive: false, reverse: true }),
  Max: (axis) => ({ reductionIndices: [axis], keepDims: false }),
  Mean: (axis) => ({ axis: [axis], keepDims: true }),
  Reverse: (axis) => ({ dims: [axis] }),
  SplitV: (axis) => ({ numOrSizeSplits: [1, -1], axis }),
  Sum: (axis) => ({ axis: [axis], keepDims: false }),
};

type Compute = (x: tf.Tensor) => tf.Tensor | tf.Tensor[];

/** What a function gives eagerly. */
async function eager(compute: Compute) {
  const outputs = [compute(tf.tensor(VALUES, SHAPE))].flat();
  return await Promise.all(
    outputs.map(async (each) => [each.shape, Array.from(await each.data())]),
  );
}

/** What its recording gives. */
async function recorded(compute: Compute) {
  const recording = record(({ x }) => {
    const outputs = [compute(x)].flat().map((each) => tf.cast(each, "float32"));
    return Object.fromEntries(outputs.map((each, i) => [`y${i}`, each]));
  }, { x: { shape: SHAPE } });
  const session = await createSession({ graph: emitGraph(recording), opset: 17 });
  const results = await session.run({ x: { dtype: "float32", shape: SHAPE, data: VALUES } });
  await session.release();
  return Object.values(results).map(({ shape, data }) => [[...shape], Array.from(data, Number)]);
}

function rounded(results: Awaited<ReturnType<typeof eager>>) {
  return results.map(([shape, values]) => [shape, values.map((value) => Number(value.toFixed(4)))]);
}

for (const [name, compute] of Object.entries(FUNCTIONS)) {
  Deno.test(`tf.${name}() along negative axes records what it gives eagerly`, async () => {
    const rank = SHAPE.length + (["expandDims", "stack"].includes(name) ? 1 : 0);
    for (let axis = -1; axis >= -rank; axis--) {
      const expected = await eager((x) => compute(x, axis + rank));
      const actual = await recorded((x) => compute(x, axis));
      assertEquals(rounded(actual as typeof expected), rounded(expected), `axis ${axis}`);
    }
  });
}

for (const [kernel, attrsOf] of Object.entries(KERNELS)) {
  Deno.test(`kernel ${kernel} counts negative axes from the end`, async () => {
    const run = (axis: number) => (x: tf.Tensor) =>
      tf.engine().runKernel(kernel, { x }, attrsOf(axis)) as tf.Tensor | tf.Tensor[];
    for (let axis = -1; axis >= -SHAPE.length; axis--) {
      const expected = await recorded(run(axis + SHAPE.length));
      assertEquals(await recorded(run(axis)), expected, `axis ${axis}`);
    }
  });
}
