import { type DType, type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import { BASE_OPSET } from "../../../lib/onnx/mod.ts";
import { createSession, type Session } from "../../../lib/runtime/mod.ts";
import { hasDraws, reseedDraws } from "../../record/random/draws.ts";
import { loopGraph } from "../../record/lower/onnx/loop_graph.ts";
import { emitGraph, type InputSpec } from "../../record/mod.ts";
import { readState, type StateVariable, writeState } from "../../record/record_function.ts";
import { recordStep, recordWithState } from "../../record/record_step.ts";
import { meanLosses } from "../evaluation.ts";
import { type Chunk, type Examples, examplesOf, type Feed, mapValues } from "../feed.ts";
import type { Step } from "../step.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { PacedSession } from "./paced_session.ts";
import { flattenRows, floatRows } from "./rows.ts";

/** Records the step once; ONNX Runtime runs it, a chunk of steps a call. */
export async function openOnnx(step: Step, feed: Feed, options: EngineOptions): Promise<Engine> {
  const { batchSize, seed, ...session } = options;
  let lossNames: string[] = [];
  const { recording, variables, values } = await recordStep((batch) => {
    const losses = step(batch);
    lossNames = Object.keys(losses);
    return losses;
  }, { seed, inputs: inputSpecs(feed, batchSize) });
  const rowTypes = mapValues(examplesOf(feed, 1), ({ dtype }) => dtype);
  const graph = loopGraph(recording, { rowTypes, lossNames });
  const open = (epoch: number) =>
    PacedSession.create({ graph: reseedDraws(graph, epoch), opset: BASE_OPSET }, session);
  const loop = { epoch: hasDraws(graph) ? 1 : undefined, session: await open(1) };
  return new OnnxEngine({ loop, open, variables, values: { ...values }, lossNames, options });
}

interface Parts {
  /** The session of an epoch, where the step draws numbers; of all epochs where it does not. */
  loop: { readonly epoch: number | undefined; readonly session: PacedSession };
  open(epoch: number): Promise<PacedSession>;
  readonly variables: readonly StateVariable[];
  /** Of the variables, after the last step. */
  readonly values: Record<string, NdArray>;
  readonly lossNames: readonly string[];
  readonly options: EngineOptions;
}

/** Losses compiled for one number of rows. */
interface Evaluator {
  readonly session: Session;
  readonly variables: readonly StateVariable[];
}

class OnnxEngine implements Engine {
  readonly description: string;
  readonly #parts: Parts;
  readonly #evaluators = new Map<Step, Map<number, Evaluator>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.description = `onnx (${parts.options.device ?? "cpu"})`;
  }

  async run({ epoch, examples, indices, perStep }: Chunk): Promise<Record<string, Float32Array>> {
    const parts = this.#parts;
    if (parts.loop.epoch !== undefined && parts.loop.epoch !== epoch) {
      await parts.loop.session.release();
      parts.loop = { epoch, session: await parts.open(epoch) };
    }
    const { variables, values, lossNames } = parts;
    const [steps] = indices.shape;
    const results = await parts.loop.session.run({
      ...values,
      ...mapValues(examples, (array) => flattenRows<DType>(array)),
      ...perStep,
      indices,
      steps: ndarray("int64", [], BigInt64Array.of(BigInt(steps))),
    }, steps);
    for (const { name } of variables) values[name] = results[`new/${name}`] ?? values[name];
    return Object.fromEntries(
      lossNames.map((name) => [name, results[name].data as Float32Array]),
    );
  }

  async evaluate(losses: Step, feed: Feed, step = 0): Promise<Record<string, number>> {
    await this.sync();
    return await meanLosses(
      feed,
      { ...this.#parts.options, step },
      async ({ examples, inputs, count }) => {
        const { session, variables } = await this.#evaluator(losses, feed, count);
        const given: Record<string, NdArray> = {
          ...await readState(variables),
          ...mapValues(examples, floatRows),
          ...inputs,
        };
        // What the losses do not read is no input of their graph.
        const used = session.inputNames.map((name) => [name, given[name]]);
        return mapValues(
          await session.run(Object.fromEntries(used)),
          ({ data }) => Number(data[0]),
        );
      },
    );
  }

  sync(): Promise<void> {
    const { variables, values } = this.#parts;
    writeState(variables, values);
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    await this.#parts.loop.session.release();
    for (const bySize of this.#evaluators.values()) {
      for (const { session } of bySize.values()) await session.release();
    }
    this.#evaluators.clear();
  }

  async #evaluator(losses: Step, feed: Feed, count: number): Promise<Evaluator> {
    const bySize = this.#evaluators.get(losses) ?? new Map<number, Evaluator>();
    this.#evaluators.set(losses, bySize);
    const found = bySize.get(count);
    if (found !== undefined) return found;
    const { batchSize: _, seed: __, ...options } = this.#parts.options;
    const { recording, variables, changed } = await recordWithState(
      (batch) => losses(batch),
      { inputs: inputSpecs(feed, count) },
    );
    if (changed.length > 0) {
      throw new InputError(
        `Cannot validate: the losses change variable "${
          changed[0].variable.name
        }", they must change none, as layers with training: false`,
      );
    }
    const graph = emitGraph(recording, { name: "validation" });
    const evaluator = {
      session: await createSession({ graph, opset: BASE_OPSET }, options),
      variables,
    };
    bySize.set(count, evaluator);
    return evaluator;
  }
}

/** The shape and dtype of all that a step takes. */
function inputSpecs(feed: Feed, batchSize: number): Record<string, InputSpec> {
  const examples: Examples = examplesOf(feed, 1);
  return {
    ...mapValues(examples, ({ shape, dtype }): InputSpec => ({
      shape: [batchSize, ...shape.slice(1)],
      dtype: dtype === "uint8" ? "float32" : dtype,
    })),
    ...mapValues(feed.noise ?? {}, (shape): InputSpec => ({ shape: [batchSize, ...shape] })),
    ...mapValues(feed.scalars ?? {}, (): InputSpec => ({ shape: [] })),
  };
}
