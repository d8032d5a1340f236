import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { permute } from "../../lib/array/permute.ts";
import { InputError } from "../../lib/input_error.ts";
import { decodeModel, GraphBuilder, type Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { readRun, type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { buildAutoencoder } from "../networks/autoencoder.ts";
import type { ImageShape } from "../networks/mlp.ts";
import { namedVariables } from "../core/variables.ts";
import { autoencoder } from "./autoencoder.ts";
import { optionDefaults, type OptionValues } from "../../lib/command/flags.ts";

/** The encoder of a run. */
export interface RunEncoder {
  readonly run: Run;
  /** From `images` to `z` or `z_mean`. */
  readonly model: OnnxModel;
}

/**
 * Opens the encoder of a run for images of a shape.
 *
 * @throws {InputError} If it has none, or takes images of another size.
 */
export async function openEncoder(dir: string, imageShape: ImageShape): Promise<RunEncoder> {
  const run = await readRun(dir);
  const { system, files, imageShape: taken } = run.manifest;
  if (!(RUN_FILES.encoder in files)) {
    throw new InputError(
      `Cannot use --encoder "${dir}": its system ${system} has no encoder.onnx, a run such as --model autoencoder is needed`,
    );
  }
  if (`${taken}` !== `${imageShape}`) {
    throw new InputError(
      `Cannot use --encoder "${dir}": it takes images of ${
        taken.join("x")
      }, the training images are ${imageShape.join("x")}; --size and --grey change them`,
    );
  }
  return { run, model: decodeModel(await run.read(RUN_FILES.encoder)) };
}

/**
 * The network of an encoder with its weights, to be trained on.
 *
 * @throws {InputError} If the run is of another system than `autoencoder`.
 */
export function rebuildEncoder({ run, model }: RunEncoder): LayersModel {
  const { dir, manifest: { system, imageShape, latentDim = 0, options } } = run;
  if (system !== "autoencoder") {
    throw new InputError(
      `Cannot fine-tune the encoder of "${dir}": it is of --model ${system}, one of autoencoder is needed, or no --fine-tune`,
    );
  }
  const { networks: { encoder, decoder } } = buildAutoencoder(imageShape, {
    ...optionDefaults(autoencoder.options),
    ...options as Partial<OptionValues<typeof autoencoder.options>>,
    latentDim,
    seed: 0,
  });
  decoder.dispose();
  // Where convolutions read a kernel as it is stored, it is [out, in, height, width].
  const convolved = new Set(
    model.graph.nodes.filter(({ opType }) => opType === "Conv").map(({ inputs }) => inputs[1]),
  );
  for (const [name, variable] of Object.entries(namedVariables({ encoder }))) {
    const array = model.graph.initializers.get(name);
    const stored = array && convolved.has(name) ? permute(array, [2, 3, 1, 0]) : array;
    if (`${stored?.shape}` !== `${variable.shape}`) {
      throw new InputError(
        `Cannot fine-tune the encoder of "${dir}": ${name} has the shape [${stored?.shape}], [${variable.shape}] is needed`,
      );
    }
    tf.tidy(() => variable.assign(tf.tensor(stored!.data as Float32Array, [...stored!.shape])));
  }
  return encoder;
}

/**
 * An encoder and a classifier of what it gives, as one graph from `images` to `probabilities` and
 * `features`: latents, or the means of maps.
 */
export function joinEncoder(encoder: OnnxModel, head: OnnxModel): OnnxModel {
  const { shape } = encoder.graph.inputs[0];
  const builder = new GraphBuilder({ name: "network" });
  const images = builder.input("images", "float32", shape);
  const latents = encoder.graph.outputs.find(({ name }) => name === "z_mean") ??
    encoder.graph.outputs.find(({ name }) => name === "z")!;
  const z = builder.inline(encoder.graph, { images })[latents.name];
  const { probabilities } = builder.inline(head.graph, { features: z });
  const { shape: [, classes] } = head.graph.outputs[0];
  builder.output("probabilities", probabilities, "float32", [shape[0], classes]);
  const size = latents.shape.at(-1)!;
  const features = latents.shape.length === 4
    ? builder.op.ReduceMean(z, { axes: [1, 2], keepdims: 0 })
    : z;
  builder.output("features", features, "float32", [shape[0], size]);
  return { ...head, graph: builder.build(), opset: Math.max(encoder.opset, head.opset) };
}
