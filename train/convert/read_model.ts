import * as tf from "@tensorflow/tfjs-core";
import type { GraphModel } from "@tensorflow/tfjs-converter";
import * as tfl from "@tensorflow/tfjs-layers";
import { basename, dirname, extname, join } from "node:path";
import { joinBytes } from "../../lib/array/join_bytes.ts";
import { InputError } from "../../lib/input_error.ts";
import { platform } from "../../lib/platform/platform.ts";
import { explainFileError } from "../../lib/files/file_error.ts";
import { namedVariables } from "../core/variables.ts";

/** A saved model of TensorFlow.js. */
export interface SavedModel {
  /** Of its file or folder. */
  readonly name: string;
  readonly model: tfl.LayersModel | GraphModel;
  /** How its weights are stored that are no numbers of 32 bits, by the names of an export. */
  readonly quantized: ReadonlyMap<string, StoredWeight>;
}

/** A weight in fewer bits: `scale * code + min`, or a number of 16 bits. */
export type StoredWeight =
  | { readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number }
  | { readonly dtype: "float16" };

/** What `model.json` holds. */
interface ModelJson {
  readonly format?: string;
  readonly modelTopology?: { readonly node?: unknown };
  readonly weightsManifest?: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly tf.io.WeightsManifestEntry[];
  }[];
}

/** What other formats are first converted with, by the ending of their files. */
const OTHER_FORMATS: Readonly<Record<string, string>> = {
  ".keras": 'with "tensorflowjs_converter --input_format=keras_keras MODEL.keras FOLDER"',
  ".h5": 'with "tensorflowjs_converter --input_format=keras MODEL.h5 FOLDER"',
  ".hdf5": 'with "tensorflowjs_converter --input_format=keras MODEL.hdf5 FOLDER"',
  ".pb":
    'as its folder, with "tensorflowjs_converter --input_format=tf_saved_model FOLDER JSFOLDER", or to ONNX with tf2onnx',
  ".tflite": "to ONNX with tf2onnx",
  ".onnx": "not at all: it is ONNX",
};

/**
 * Reads a layers model or a graph model of TensorFlow.js.
 *
 * @param path Of its `model.json`, or of the folder that holds it.
 * @throws {InputError} If there is none, it is damaged, or of another format, naming what converts it.
 */
export async function readModel(path: string): Promise<SavedModel> {
  const file = await findModel(path);
  const json = await readJson(file);
  const { weightsManifest = [], modelTopology } = json;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const weightData = await readWeights(file, weightsManifest.flatMap(({ paths }) => paths));
  const artifacts = { ...json, weightSpecs, weightData } as tf.io.ModelArtifacts;
  const isGraph = json.format === "graph-model" || modelTopology?.node !== undefined;
  const stem = basename(file, extname(file));
  const name = stem === "model" ? basename(dirname(file)) : stem;
  try {
    const stored = storedWeights(weightSpecs);
    if (isGraph) return { name, model: await loadGraph(artifacts), quantized: stored };
    const model = await tfl.loadLayersModel(tf.io.fromMemory(artifacts));
    return { name, model, quantized: byVariable(model, stored) };
  } catch (error) {
    const { message } = error as Error;
    const [, layer] = /Unknown layer: (\S+?)\. /.exec(message) ?? [];
    throw new InputError(
      layer === undefined
        ? `Cannot read model "${file}": ${message}`
        : `Cannot read model "${file}": layer "${layer}" is none of TensorFlow.js, register its class with tf.serialization.registerClass and call exportOnnx()`,
      { cause: error },
    );
  }
}

async function loadGraph(artifacts: tf.io.ModelArtifacts): Promise<GraphModel> {
  // Loaded here alone: it takes half a second.
  const converter = await import("@tensorflow/tfjs-converter");
  return await converter.loadGraphModel(tf.io.fromMemory(artifacts));
}

/** The model's JSON file. */
async function findModel(path: string): Promise<string> {
  const other = OTHER_FORMATS[extname(path).toLowerCase()];
  if (other !== undefined) {
    throw new InputError(
      `Cannot read model "${path}": a model.json of TensorFlow.js is needed, convert it first ${other}`,
    );
  }
  try {
    if (!(await platform.stat(path)).isDirectory) return path;
  } catch (error) {
    throw explainFileError(error, `read model "${path}"`);
  }
  const names = [...platform.readDirSync(path)].map(({ name }) => name);
  if (names.includes("model.json")) return join(path, "model.json");
  if (names.includes("saved_model.pb")) return await findModel(join(path, "saved_model.pb"));
  throw new InputError(`Cannot read model "${path}": the folder holds no model.json`);
}

async function readJson(file: string): Promise<ModelJson> {
  let json;
  try {
    json = JSON.parse(await platform.readTextFile(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw explainFileError(error, `read model "${file}"`);
    throw new InputError(`Cannot read model "${file}": it is no JSON`, { cause: error });
  }
  const { modelTopology, weightsManifest = [] } = json ?? {};
  if (typeof modelTopology !== "object" || modelTopology === null) {
    throw new InputError(
      `Cannot read model "${file}": it has no modelTopology, as a model.json has`,
    );
  }
  if (Array.isArray(weightsManifest) && weightsManifest.every(isGroup)) return json;
  throw new InputError(
    `Cannot read model "${file}": its weightsManifest is no list of paths and weights`,
  );
}

/** Whether a part of a `weightsManifest` says which files hold which weights. */
function isGroup(group: { paths?: unknown; weights?: unknown } | null): boolean {
  const { paths, weights } = group ?? {};
  return Array.isArray(weights) && Array.isArray(paths) &&
    paths.every((path) => typeof path === "string");
}

/** The bytes of all files of weights, one after the other. */
async function readWeights(file: string, paths: readonly string[]): Promise<ArrayBuffer> {
  const parts = await Promise.all(paths.map(async (path) => {
    const part = join(dirname(file), path);
    try {
      return await platform.readFile(part);
    } catch (error) {
      throw explainFileError(error, `read weights "${part}" of model "${file}"`);
    }
  }));
  return joinBytes(parts).buffer;
}

function storedWeights(
  specs: readonly tf.io.WeightsManifestEntry[],
): Map<string, StoredWeight> {
  const quantized = specs.filter(({ dtype, quantization }) =>
    dtype === "float32" && quantization !== undefined
  );
  return new Map(quantized.map(({ name, quantization }) => [name, quantization as StoredWeight]));
}

/** The same by the names that an export has for the weights of a model of layers. */
function byVariable(
  model: tfl.LayersModel,
  stored: ReadonlyMap<string, StoredWeight>,
): Map<string, StoredWeight> {
  const names = new Map(
    Object.entries(namedVariables({ [model.name]: model })).map(([name, each]) => [each.id, name]),
  );
  return new Map(model.weights.flatMap((weight) => {
    const found = stored.get(weight.originalName);
    const name = names.get(weight.read().id);
    return found === undefined || name === undefined ? [] : [[name, found]];
  }));
}
