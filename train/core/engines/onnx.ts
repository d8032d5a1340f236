import { type DType, type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { BASE_OPSET } from "../../../lib/onnx/mod.ts";
import { hasDraws, reseedDraws } from "../../record/random/draws.ts";
import { loopGraph } from "../../record/lower/onnx/loop_graph.ts";
import { readVariables, type Variables, writeVariables } from "../../record/variables.ts";
import { type Chunk, type Feed, mapValues } from "../feed.ts";
import type { Step } from "../step.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { Evaluator } from "./evaluate.ts";
import { PacedSession } from "./paced_session.ts";
import { recordTraining } from "./record_training.ts";
import { flattenRows } from "./rows.ts";

/** Records the step once; ONNX Runtime runs it, a chunk of steps a call. */
export async function openOnnx(step: Step, feed: Feed, options: EngineOptions): Promise<Engine> {
  const { batchSize: _size, seed: _seed, native: _native, ...session } = options;
  const { recording, variables, values, rowTypes, lossNames } = await recordTraining(
    step,
    feed,
    options,
  );
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
  readonly variables: Variables;
  /** Of the variables, after the last step. */
  readonly values: Record<string, NdArray>;
  readonly lossNames: readonly string[];
  readonly options: EngineOptions;
}

class OnnxEngine implements Engine {
  readonly description: string;
  readonly #parts: Parts;
  readonly #evaluator: Evaluator;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#evaluator = new Evaluator(parts.options);
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
    for (const name of Object.keys(variables)) {
      values[name] = results[`new/${name}`] ?? values[name];
    }
    return Object.fromEntries(
      lossNames.map((name) => [name, results[name].data as Float32Array]),
    );
  }

  async evaluate(losses: Step, feed: Feed, step = 0): Promise<Record<string, number>> {
    await this.sync();
    return await this.#evaluator.evaluate(losses, feed, step);
  }

  sync(): Promise<void> {
    const { variables, values } = this.#parts;
    writeVariables(variables, values);
    return Promise.resolve();
  }

  async load(): Promise<void> {
    const { variables, values } = this.#parts;
    Object.assign(values, await readVariables(variables));
  }

  async dispose(): Promise<void> {
    await this.#parts.loop.session.release();
    await this.#evaluator.dispose();
  }
}
