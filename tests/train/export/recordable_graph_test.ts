import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { exportOnnx } from "../../../train/export/export_onnx.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

type Attr = Readonly<Record<string, unknown>>;

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Attr;
}

interface GraphFunction {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly nodes: readonly Node[];
  /** The node of each output. */
  readonly outputs: readonly string[];
}

const FLOAT = { type: "DT_FLOAT" };
const INT = { type: "DT_INT32" };
const BOOL = { type: "DT_BOOL" };

/** A graph model: placeholders by shape, weights, nodes, the nodes that are outputs, functions. */
async function graphModel({ inputs, weights = {}, nodes, outputs, functions = [] }: {
  inputs: Readonly<Record<string, readonly number[]>>;
  weights?: Readonly<
    Record<string, { shape: number[]; dtype: "float32" | "int32"; data: number[] }>
  >;
  nodes: readonly Node[];
  outputs: readonly string[];
  functions?: readonly GraphFunction[];
}) {
  const shapeOf = (sizes: readonly number[]) => ({
    shape: { dim: sizes.map((size) => ({ size: String(size) })) },
  });
  const placeholders = Object.entries(inputs).map(([name, shape]) => ({
    name,
    op: "Placeholder",
    attr: { dtype: FLOAT, shape: shapeOf(shape) },
  }));
  const constants = Object.entries(weights).map(([name, { dtype }]) => ({
    name,
    op: "Const",
    attr: { dtype: dtype === "int32" ? INT : FLOAT },
  }));
  const library = functions.map(({ name, inputs, nodes, outputs }) => ({
    signature: {
      name,
      inputArg: Object.entries(inputs).map(([name, type]) => ({ name, type })),
      outputArg: outputs.map((_, i) => ({ name: `out_${i}`, type: "DT_FLOAT" })),
    },
    nodeDef: [
      ...constants.filter(({ name }) => nodes.some(({ input }) => input?.includes(name))),
      ...nodes,
    ],
    ret: Object.fromEntries(outputs.map((node, i) => [`out_${i}`, `${node}:0`])),
  }));
  const specs = Object.entries(weights).map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  const bytes = Object.values(weights).flatMap(({ dtype, data }) => [
    ...new Uint8Array((dtype === "int32" ? Int32Array : Float32Array).from(data).buffer),
  ]);
  return await loadGraphModel(tf.io.fromMemory({
    format: "graph-model",
    modelTopology: {
      node: [...placeholders, ...constants, ...nodes],
      library: { function: library },
      versions: { producer: 1 },
    },
    signature: {
      outputs: Object.fromEntries(outputs.map((name) => [name, { name, dtype: "DT_FLOAT" }])),
    },
    weightSpecs: specs,
    weightData: Uint8Array.from(bytes).buffer,
  } as never));
}

/** Compares an export on generated inputs with what `executeAsync()` of an untouched model gives. */
async function besideAsync(
  build: () => ReturnType<typeof graphModel>,
  inputsOf: (random: Random) => Record<string, NdArray>,
  { fixed = false } = {},
) {
  const [untouched, exported] = [await build(), await build()];
  const { model } = await exportOnnx(exported, undefined, { name: "net" });
  assertEquals(model.graph.inputs[0].shape[0] === "batch", !fixed);
  const session = await createSession(model);
  const random = new Random(9, "graphs");
  const results: string[] = [];
  for (let trial = 0; trial < 12; trial++) {
    const arrays = inputsOf(random);
    const tensors = Object.fromEntries(
      Object.entries(arrays).map(([name, { data, shape }]) => [
        name,
        tf.tensor(data as Float32Array, [...shape]),
      ]),
    );
    const expected = [await untouched.executeAsync(tensors)].flat();
    const actual = Object.values(await session.run(arrays));
    for (const [i, tensor] of expected.entries()) {
      assertEquals(actual[i].shape, tensor.shape);
      const values = await tensor.data();
      actual[i].data.forEach((value, k) =>
        assert(Math.abs(Number(value) - values[k]) <= 1e-5 * Math.max(1, Math.abs(values[k])))
      );
      results.push(`${values}`);
    }
  }
  await session.release();
  assert(new Set(results).size > 3, "the results hardly differ");
  return model;
}

const vector = (random: Random, shape: number[]) =>
  ndarray("float32", shape, random.normals(shape.reduce((a, b) => a * b)));

Deno.test("exportOnnx() of a graph model takes the places where something holds", async () => {
  const build = () =>
    graphModel({
      inputs: { x: [8, 3] },
      weights: {
        zero: { shape: [], dtype: "float32", data: [0] },
        axis: { shape: [], dtype: "int32", data: [0] },
        minus: { shape: [1], dtype: "int32", data: [1] },
      },
      nodes: [
        {
          name: "column",
          op: "Sum",
          input: ["x", "minus"],
          attr: { T: FLOAT, keep_dims: { b: false } },
        },
        { name: "positive", op: "Greater", input: ["column", "zero"], attr: { T: FLOAT } },
        { name: "places", op: "Where", input: ["positive"], attr: { T: BOOL } },
        {
          name: "rows",
          op: "Squeeze",
          input: ["places"],
          attr: { squeeze_dims: { list: { i: ["1"] } } },
        },
        { name: "kept", op: "GatherV2", input: ["x", "rows", "axis"], attr: { Tparams: FLOAT } },
      ],
      outputs: ["kept", "places"],
    });
  await besideAsync(build, (random) => ({ x: vector(random, [8, 3]) }), { fixed: true });
});

Deno.test("exportOnnx() of a graph model suppresses overlapping boxes, in every version", async () => {
  const limits = {
    most: { shape: [], dtype: "int32", data: [6] },
    overlap: { shape: [], dtype: "float32", data: [0.3] },
    least: { shape: [], dtype: "float32", data: [0.1] },
    sigma: { shape: [], dtype: "float32", data: [0] },
    axis: { shape: [], dtype: "int32", data: [0] },
  } as const;
  for (const version of [2, 3, 4, 5]) {
    const params = ["most", "overlap", "least", "sigma"].slice(0, [2, 3, 3, 4][version - 2]);
    const build = () =>
      graphModel({
        inputs: { boxes: [20, 4], scores: [20] },
        weights: limits as never,
        nodes: [
          {
            name: "found",
            op: `NonMaxSuppressionV${version}`,
            input: ["boxes", "scores", ...params],
            attr: { T: FLOAT, pad_to_max_output_size: { b: true } },
          },
          {
            name: "kept",
            op: "GatherV2",
            input: ["boxes", "found", "axis"],
            attr: { Tparams: FLOAT },
          },
        ],
        outputs: ["kept"],
      });
    await besideAsync(build, (random) => ({
      boxes: vector(random, [20, 4]),
      scores: vector(random, [20]),
    }), { fixed: true });
  }
});

Deno.test("exportOnnx() of a graph model computes one of two branches, by If", async () => {
  const build = () =>
    graphModel({
      inputs: { x: [-1, 2] },
      weights: {
        zero: { shape: [], dtype: "float32", data: [0] },
        all: { shape: [2], dtype: "int32", data: [0, 1] },
        w: { shape: [2, 2], dtype: "float32", data: [1, 2, 3, 4] },
      },
      functions: [
        {
          name: "times",
          inputs: { a: "DT_FLOAT", b: "DT_FLOAT" },
          nodes: [{ name: "y", op: "MatMul", input: ["a", "b"], attr: { T: FLOAT } }],
          outputs: ["y"],
        },
        {
          name: "same",
          inputs: { a: "DT_FLOAT", b: "DT_FLOAT" },
          nodes: [{ name: "y", op: "Neg", input: ["a"], attr: { T: FLOAT } }],
          outputs: ["y"],
        },
      ],
      nodes: [
        {
          name: "total",
          op: "Sum",
          input: ["x", "all"],
          attr: { T: FLOAT, keep_dims: { b: false } },
        },
        { name: "positive", op: "Greater", input: ["total", "zero"], attr: { T: FLOAT } },
        {
          name: "y",
          op: "StatelessIf",
          input: ["positive", "x", "w"],
          attr: {
            then_branch: { func: { name: "times" } },
            else_branch: { func: { name: "same" } },
          },
        },
      ],
      outputs: ["y"],
    });
  const model = await besideAsync(build, (random) => ({ x: vector(random, [3, 2]) }));
  assert(model.graph.nodes.some(({ opType }) => opType === "If"));
});

/** `do x = x / 2 while sum(|x|) > limit`, or a number of times. */
const halving = (conditionNodes: readonly Node[]) => () =>
  graphModel({
    inputs: { x: [-1, 2] },
    weights: {
      half: { shape: [], dtype: "float32", data: [0.5] },
      one: { shape: [], dtype: "float32", data: [1] },
      all: { shape: [2], dtype: "int32", data: [0, 1] },
      start: { shape: [], dtype: "float32", data: [0] },
      limit: { shape: [], dtype: "float32", data: [3] },
    },
    functions: [
      {
        name: "goes_on",
        inputs: { i: "DT_FLOAT", v: "DT_FLOAT" },
        nodes: conditionNodes,
        outputs: ["going"],
      },
      {
        name: "step",
        inputs: { i: "DT_FLOAT", v: "DT_FLOAT" },
        nodes: [
          { name: "next", op: "AddV2", input: ["i", "one"], attr: { T: FLOAT } },
          { name: "halved", op: "Mul", input: ["v", "half"], attr: { T: FLOAT } },
        ],
        outputs: ["next", "halved"],
      },
    ],
    nodes: [
      {
        name: "loop",
        op: "StatelessWhile",
        input: ["start", "x"],
        attr: { cond: { func: { name: "goes_on" } }, body: { func: { name: "step" } } },
      },
      { name: "y", op: "Identity", input: ["loop:1"], attr: { T: FLOAT } },
      { name: "steps", op: "Identity", input: ["loop"], attr: { T: FLOAT } },
    ],
    outputs: ["y", "steps"],
  });

Deno.test("exportOnnx() of a graph model repeats until values decide, by Loop", async () => {
  const build = halving([
    { name: "size", op: "Abs", input: ["v"], attr: { T: FLOAT } },
    {
      name: "total",
      op: "Sum",
      input: ["size", "all"],
      attr: { T: FLOAT, keep_dims: { b: false } },
    },
    { name: "going", op: "Greater", input: ["total", "limit"], attr: { T: FLOAT } },
  ]);
  const model = await besideAsync(build, (random) => {
    const { data, shape } = vector(random, [4, 2]);
    return { x: ndarray("float32", shape, data.map((value) => value * 3 * random.integer(9))) };
  });
  assert(model.graph.nodes.some(({ opType }) => opType === "Loop"));
});

Deno.test("exportOnnx() of a graph model records a known number of steps one by one", async () => {
  const build = halving([{ name: "going", op: "Less", input: ["i", "limit"], attr: { T: FLOAT } }]);
  const model = await besideAsync(build, (random) => ({ x: vector(random, [4, 2]) }));
  assertEquals(model.graph.nodes.filter(({ opType }) => opType === "Mul").length, 3);
  assert(!model.graph.nodes.some(({ opType }) => opType === "Loop"));
});

Deno.test("exportOnnx() says that branches give other shapes", async () => {
  const model = await graphModel({
    inputs: { x: [3, 2] },
    weights: {
      zero: { shape: [], dtype: "float32", data: [0] },
      all: { shape: [2], dtype: "int32", data: [0, 1] },
      rows: { shape: [1], dtype: "int32", data: [0] },
    },
    functions: ["all", "rows"].map((axes) => ({
      name: `sum_${axes}`,
      inputs: { a: "DT_FLOAT" },
      nodes: [{
        name: "y",
        op: "Sum",
        input: ["a", axes],
        attr: { T: FLOAT, keep_dims: { b: false } },
      }],
      outputs: ["y"],
    })),
    nodes: [
      {
        name: "total",
        op: "Sum",
        input: ["x", "all"],
        attr: { T: FLOAT, keep_dims: { b: false } },
      },
      { name: "positive", op: "Greater", input: ["total", "zero"], attr: { T: FLOAT } },
      {
        name: "y",
        op: "If",
        input: ["positive", "x"],
        attr: {
          then_branch: { func: { name: "sum_all" } },
          else_branch: { func: { name: "sum_rows" } },
        },
      },
    ],
    outputs: ["y"],
  });
  await assertRejects(
    () => exportOnnx(model, undefined),
    InputError,
    "Cannot export: the branches of a condition have shapes [] and [2], equal ones are needed",
  );
});
