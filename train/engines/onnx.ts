import * as tf from "@tensorflow/tfjs-core";
import { type Images, toFloat32 } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/ndarray.ts";
import { createSession, type Session } from "../../lib/onnx/mod.ts";
import { emitGraph } from "../trace/mod.ts";
import { modelVariables } from "../models/model.ts";
import { trainStep } from "../train_step.ts";
import type { Chunk, Engine, EngineOptions, StepLosses } from "./engine.ts";
import {
  loopGraph,
  LOSS_NAMES,
  readState,
  recordFunction,
  stateOf,
  type StateVariable,
} from "./recorded_step.ts";

/** The opset of recorded steps: the lowest that has every operator the rules use. */
export const STEP_OPSET = 17;

/** Images that one run of the evaluation holds at a time. */
const EVALUATION_BATCH = 500;

/** Runs the recorded step in ONNX Runtime, a chunk of steps a call. */
export async function createOnnxEngine(options: EngineOptions): Promise<Engine> {
  const { model, optimizer, images, batchSize, threads } = options;
  const variables = stateOf([...modelVariables(model), ...optimizer.state]);
  const recording = recordFunction((inputs) => trainStep(model, optimizer, inputs), {
    ...model,
    state: variables,
    batchSize,
  });
  const data = imagesArray(images);
  const pixels = data.dtype as "uint8" | "float32";
  const graph = loopGraph(recording, pixels);
  const session = await createSession({ graph, opset: STEP_OPSET }, { threads });
  const evaluation = await createSession(evaluationModel(options), { threads });
  return new OnnxEngine({ ...options, session, evaluation, variables, data });
}

/** The losses as a graph of any batch size, with the model's variables as inputs. */
function evaluationModel({ model }: EngineOptions) {
  const state = stateOf(modelVariables(model));
  const [recording, twin] = [7, 11].map((batchSize) => {
    const recorded = recordFunction((inputs) => model.losses(inputs), {
      ...model,
      state,
      batchSize,
    });
    const { learningRate: _unused, ...inputs } = recorded.inputs;
    const losses = LOSS_NAMES.map((name) => [name, recorded.outputs[name]]);
    return { inputs, outputs: Object.fromEntries(losses) };
  });
  return { graph: emitGraph(recording, { name: "losses", twin }), opset: STEP_OPSET };
}

interface OnnxEngineParts extends EngineOptions {
  readonly session: Session;
  readonly evaluation: Session;
  readonly variables: readonly StateVariable[];
  readonly data: NdArray;
}

class OnnxEngine implements Engine {
  readonly description = "onnx (cpu)";
  readonly #parts: OnnxEngineParts;
  /** The state after the last step; undefined until the variables have been read. */
  #state: Record<string, NdArray> | undefined;

  constructor(parts: OnnxEngineParts) {
    this.#parts = parts;
  }

  async train({ indices, epsilon, learningRate, beta }: Chunk): Promise<StepLosses> {
    const { session, variables, data, batchSize, model } = this.#parts;
    const state = this.#state ??= await readState(variables);
    const steps = learningRate.length;
    const results = await session.run({
      ...state,
      steps: ndarray("int64", [], BigInt64Array.of(BigInt(steps))),
      images: data,
      indices: ndarray("int32", [steps, batchSize], indices),
      epsilon: ndarray("float32", [steps, batchSize, model.latentDim], epsilon),
      learningRate: ndarray("float32", [steps], learningRate),
      beta: ndarray("float32", [steps], beta),
    });
    for (const { name } of variables) state[name] = results[`new/${name}`];
    const [loss, reconstructionLoss, klLoss] = LOSS_NAMES.map((name) =>
      results[name].data as Float32Array
    );
    return { loss, reconstructionLoss, klLoss };
  }

  async evaluate(images: Images, epsilon: Float32Array) {
    const { evaluation, variables, model } = this.#parts;
    const state = this.#state ??= await readState(variables);
    const feeds = Object.fromEntries(
      evaluation.inputNames.filter((name) => name in state).map((name) => [name, state[name]]),
    );
    const sums = { loss: 0, reconstructionLoss: 0, klLoss: 0 };
    for (let start = 0; start < images.count; start += EVALUATION_BATCH) {
      const end = Math.min(start + EVALUATION_BATCH, images.count);
      const noise = epsilon.subarray(start * model.latentDim, end * model.latentDim);
      const losses = await evaluation.run({
        ...feeds,
        images: toFloat32(images, start, end),
        epsilon: ndarray("float32", [end - start, model.latentDim], noise),
        beta: ndarray("float32", [], Float32Array.of(1)),
      });
      for (const name of LOSS_NAMES) {
        sums[name] += Number(losses[name].data[0]) * (end - start);
      }
    }
    for (const name of LOSS_NAMES) sums[name] /= images.count;
    return sums;
  }

  sync(): Promise<void> {
    for (const { name, variable } of this.#state === undefined ? [] : this.#parts.variables) {
      const values = tf.tensor(this.#state![name].data as Float32Array, variable.shape);
      variable.assign(values);
      values.dispose();
    }
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    await this.#parts.session.release();
    await this.#parts.evaluation.release();
  }
}

/** All images as one array of a row an image, in the form in which they are kept. */
function imagesArray({ pixels, count, height, width, channels }: Images): NdArray {
  const shape = [count, height * width * channels];
  return pixels instanceof Uint8Array
    ? ndarray("uint8", shape, pixels)
    : ndarray("float32", shape, pixels);
}
