import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { join } from "node:path";

type Attr = Readonly<Record<string, unknown>>;

const FLOAT: Attr = { type: "DT_FLOAT" };
const INT: Attr = { type: "DT_INT32" };

const shapeOf = (sizes: readonly number[]): Attr => ({
  shape: { dim: sizes.map((size) => ({ size: String(size) })) },
});

/** A weight as a file of a graph model holds it. */
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly data: Float32Array | Int32Array | Uint8Array | Uint16Array;
  readonly quantization?: Attr;
}

/** Of the product `x w`, with w as 8-bit codes, in a shape that the graph computes from its input's. */
const WEIGHTS: readonly Weight[] = [
  {
    name: "w",
    shape: [4, 6],
    dtype: "float32",
    data: Uint8Array.from({ length: 24 }, (_, i) => (i * 37) % 256),
    quantization: { dtype: "uint8", scale: 0.01, min: -1.2 },
  },
  { name: "zero", shape: [1], dtype: "int32", data: Int32Array.of(0) },
  { name: "one", shape: [1], dtype: "int32", data: Int32Array.of(1) },
  { name: "two", shape: [], dtype: "int32", data: Int32Array.of(2) },
  { name: "three", shape: [], dtype: "int32", data: Int32Array.of(3) },
];

const NODES = [
  { name: "x", op: "Placeholder", attr: { dtype: FLOAT, shape: shapeOf([-1, 4]) } },
  ...WEIGHTS.map(({ name, dtype }) => ({
    name,
    op: "Const",
    attr: { dtype: dtype === "int32" ? INT : FLOAT },
  })),
  { name: "product", op: "MatMul", input: ["x", "w"], attr: { T: FLOAT } },
  { name: "sizes", op: "Shape", input: ["x"], attr: { T: FLOAT, out_type: INT } },
  {
    name: "batch",
    op: "StridedSlice",
    input: ["sizes", "zero", "one", "one"],
    attr: { T: INT, shrink_axis_mask: { i: "1" } },
  },
  {
    name: "shape",
    op: "Pack",
    input: ["batch", "two", "three"],
    attr: { T: INT, N: { i: "3" }, axis: { i: "0" } },
  },
  { name: "y", op: "Reshape", input: ["product", "shape"], attr: { T: FLOAT } },
];

/** A product with 8-bit weights, reshaped to `[batch, 2, 3]` by a shape that the graph computes. */
export async function writeGraphModel(folder: string): Promise<string> {
  const tensor = (name: string, sizes: readonly number[]) => ({
    [name]: { name: `${name}:0`, dtype: "DT_FLOAT", tensorShape: shapeOf(sizes).shape },
  });
  return await write(folder, {
    format: "graph-model",
    modelTopology: { node: NODES, versions: { producer: 1 } },
    signature: { inputs: tensor("x", [-1, 4]), outputs: tensor("y", [-1, 2, 3]) },
  }, WEIGHTS);
}

/** The weight of that product. */
export const PRODUCT = Float32Array.from(WEIGHTS[0].data, (code) => code * 0.01 - 1.2);

/** A small convolutional network. */
export function cnn(): tfl.Sequential {
  const { layers } = tfl;
  return tfl.sequential({
    name: "cnn",
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu", inputShape: [8, 8, 1] }),
      layers.flatten(),
      layers.dense({ units: 2, activation: "softmax", name: "scores" }),
    ],
  });
}

/** Saves a model of layers, its weights as 16-bit floats if asked for. */
export async function writeLayersModel(
  folder: string,
  model: tfl.LayersModel,
  { float16 = false } = {},
): Promise<string> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({ modelArtifactsInfo: {} as tf.io.ModelArtifactsInfo });
  }));
  const { modelTopology, weightSpecs = [] } = saved!;
  const weights = weightSpecs.map(({ name, shape }): Weight => {
    const weight = model.weights.find((weight) => weight.originalName === name)!;
    const data = weight.read().dataSync() as Float32Array;
    return {
      name,
      shape,
      dtype: "float32",
      data: float16 ? new Uint16Array(Float16Array.from(data).buffer) : data,
      ...float16 ? { quantization: { dtype: "float16" } } : {},
    };
  });
  return await write(folder, { format: "layers-model", modelTopology: modelTopology! }, weights);
}

async function write(folder: string, json: object, weights: readonly Weight[]): Promise<string> {
  const bytes = weights.map(({ data }) =>
    new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
  );
  await Deno.writeFile(join(folder, "weights.bin"), await new Blob(bytes).bytes());
  const path = join(folder, "model.json");
  const specs = weights.map(({ data: _, ...spec }) => spec);
  const weightsManifest = [{ paths: ["weights.bin"], weights: specs }];
  await Deno.writeTextFile(path, JSON.stringify({ ...json, weightsManifest }));
  return path;
}
