import { type NdArray, ndarray } from "../../../../lib/array/ndarray.ts";
import { BASE_OPSET, type Model as OnnxModel } from "../../../../lib/onnx/mod.ts";
import { createSession, type Session } from "../../../../lib/runtime/mod.ts";
import { RECORDED_BATCHES } from "../../../export/free_batch.ts";
import { loopGraph } from "../../../record/lower/onnx/loop_graph.ts";
import { modelVariables } from "../../../models/mod.ts";
import type { StepInputs } from "../../../objectives/objective.ts";
import {
  readState,
  recordFunction,
  stateOf,
  type StateVariable,
  writeState,
} from "../../../record/record_function.ts";
import { emitGraph, type InputSpec, type Recording } from "../../../record/mod.ts";
import { trainStep } from "../../train_step.ts";
import {
  type Chunk,
  ELBO_NAMES,
  type Engine,
  type EngineOptions,
  evaluateInBatches,
  type Rows,
  type StepLosses,
} from "./engine.ts";
import { flattenRows, pixelRows } from "../rows.ts";
import { PacedSession } from "../paced_session.ts";

/** Runs the recorded step in ONNX Runtime, a chunk of steps a call. */
export async function createOnnxEngine(options: EngineOptions): Promise<Engine> {
  const { model, objective, optimizer, batchSize, rowTypes } = options;
  const { threads, device = "cpu", profile } = options;
  const state = stateOf([...modelVariables(model), ...optimizer.state]);
  const recording = recordFunction((inputs) => trainStep(options, inputs as StepInputs), {
    state,
    inputs: stepInputs(options, batchSize),
  });
  const graph = loopGraph(recording, { rowTypes, lossNames: objective.lossNames });
  return new OnnxEngine({
    ...options,
    state,
    session: await PacedSession.create({ graph, opset: BASE_OPSET }, {
      threads,
      device,
      profile,
    }),
    evaluation: await createSession(evaluationModel(options), { threads, device, profile }),
  });
}

/** The shape of everything that a step is given. */
function stepInputs(
  { model, objective }: EngineOptions,
  batchSize: number,
): Record<string, InputSpec> {
  const rows = Object.entries(objective.rows).map(([name, shape]) => [
    name,
    { shape: [batchSize, ...shape] },
  ]);
  const scalars = ["learningRate", ...objective.scalars].map((name) => [name, { shape: [] }]);
  const epsilon = { shape: [batchSize, model.latentDim] };
  return Object.fromEntries([...rows, ["epsilon", epsilon], ...scalars]);
}

/** The losses as a graph of any batch size, with the model's variables as inputs. */
function evaluationModel(options: EngineOptions): OnnxModel {
  const { model, objective } = options;
  const state = stateOf(modelVariables(model));
  const [recording, otherBatch] = RECORDED_BATCHES.map((batchSize): Recording => {
    const { images, epsilon, beta } = stepInputs(options, batchSize);
    const recorded = recordFunction((inputs) => objective.elbo(inputs as StepInputs), {
      state,
      inputs: { images, epsilon, beta },
    });
    const losses = ELBO_NAMES.map((name) => [name, recorded.outputs[name]]);
    return { inputs: recorded.inputs, outputs: Object.fromEntries(losses) };
  });
  return { graph: emitGraph(recording, { name: "losses", otherBatch }), opset: BASE_OPSET };
}

interface OnnxEngineParts extends EngineOptions {
  readonly session: PacedSession;
  readonly evaluation: Session;
  readonly state: readonly StateVariable[];
}

class OnnxEngine implements Engine {
  readonly description: string;
  readonly #parts: OnnxEngineParts;
  /** The state after the last step; undefined until the variables have been read. */
  #values: Record<string, NdArray> | undefined;

  constructor(parts: OnnxEngineParts) {
    this.#parts = parts;
    this.description = `onnx (${parts.device ?? "cpu"})`;
  }

  async train({ indices, epsilon, scalars, rows }: Chunk): Promise<StepLosses> {
    const { session, state, objective, batchSize, model } = this.#parts;
    const values = this.#values ??= await readState(state);
    const steps = scalars.learningRate.length;
    const perStep = Object.entries(scalars).map(([name, data]) => [
      name,
      ndarray("float32", [steps], data),
    ]);
    const flat = Object.entries(rows).map(([name, array]) => [name, flattenRows(array)]);
    const results = await session.run({
      ...values,
      ...Object.fromEntries([...perStep, ...flat]),
      steps: ndarray("int64", [], BigInt64Array.of(BigInt(steps))),
      indices: ndarray("int32", [steps, batchSize], indices),
      epsilon: ndarray("float32", [steps, batchSize, model.latentDim], epsilon),
    }, steps);
    for (const { name } of state) values[name] = results[`new/${name}`];
    const losses = objective.lossNames.map((name) => [name, results[name].data]);
    return Object.fromEntries(losses);
  }

  async evaluate(images: Rows[string], epsilon: Float32Array): Promise<Record<string, number>> {
    const { evaluation, state, model } = this.#parts;
    const { latentDim } = model;
    const values = this.#values ??= await readState(state);
    const variables = evaluation.inputNames.filter((name) => name in values);
    return await evaluateInBatches(images.shape[0], async (start, end) => {
      const losses = await evaluation.run({
        ...Object.fromEntries(variables.map((name) => [name, values[name]])),
        images: pixelRows(images, start, end),
        epsilon: ndarray(
          "float32",
          [end - start, latentDim],
          epsilon.subarray(start * latentDim, end * latentDim),
        ),
        beta: ndarray("float32", [], Float32Array.of(1)),
      });
      return Object.fromEntries(ELBO_NAMES.map((name) => [name, Number(losses[name].data[0])]));
    });
  }

  sync(): Promise<void> {
    if (this.#values !== undefined) writeState(this.#parts.state, this.#values);
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    await this.#parts.session.release();
    await this.#parts.evaluation.release();
  }
}
