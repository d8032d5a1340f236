import type { NdArray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import { BASE_OPSET } from "../../../lib/onnx/mod.ts";
import { createSession, type Session } from "../../../lib/runtime/mod.ts";
import { emitGraph, type InputSpec } from "../../record/mod.ts";
import { recordWithState } from "../../record/record_step.ts";
import { readVariables, type Variables } from "../../record/variables.ts";
import { meanLosses } from "../evaluation.ts";
import { examplesOf, type Feed, mapValues } from "../feed.ts";
import type { Step } from "../step.ts";
import type { EngineOptions } from "./engine.ts";
import { floatRows } from "./rows.ts";

/** Losses compiled for one number of rows. */
interface Compiled {
  readonly session: Session;
  readonly variables: Variables;
}

/** Computes losses in ONNX Runtime, recorded once for each size of batch. */
export class Evaluator {
  readonly #options: EngineOptions;
  readonly #compiled = new Map<Step, Map<number, Compiled>>();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** As {@linkcode Engine.evaluate}, with the variables up to date. */
  async evaluate(losses: Step, feed: Feed, step: number): Promise<Record<string, number>> {
    return await meanLosses(
      feed,
      { ...this.#options, step },
      async ({ examples, inputs, count }) => {
        const { session, variables } = await this.#compile(losses, feed, count);
        const given: Record<string, NdArray> = {
          ...await readVariables(variables),
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

  /** Frees what was compiled. */
  async dispose(): Promise<void> {
    for (const bySize of this.#compiled.values()) {
      for (const { session } of bySize.values()) await session.release();
    }
    this.#compiled.clear();
  }

  async #compile(losses: Step, feed: Feed, count: number): Promise<Compiled> {
    const bySize = this.#compiled.get(losses) ?? new Map<number, Compiled>();
    this.#compiled.set(losses, bySize);
    const found = bySize.get(count);
    if (found !== undefined) return found;
    const { batchSize: _, seed: __, native: ___, ...options } = this.#options;
    const { recording, variables, changed } = await recordWithState(
      (batch) => losses(batch),
      { inputs: inputSpecs(feed, count) },
    );
    for (const { name } of Object.values(changed)) {
      throw new InputError(
        `Cannot validate: the losses change variable "${name}", they must change none, as layers with training: false`,
      );
    }
    const graph = emitGraph(recording, { name: "validation" });
    const compiled = {
      session: await createSession({ graph, opset: BASE_OPSET }, options),
      variables,
    };
    bySize.set(count, compiled);
    return compiled;
  }
}

/** The shape and dtype of all that a step takes. */
export function inputSpecs(feed: Feed, batchSize: number): Record<string, InputSpec> {
  const examples = examplesOf(feed, 1);
  return {
    ...mapValues(examples, ({ shape, dtype }): InputSpec => ({
      shape: [batchSize, ...shape.slice(1)],
      dtype: dtype === "uint8" ? "float32" : dtype,
    })),
    ...mapValues(feed.noise ?? {}, (shape): InputSpec => ({ shape: [batchSize, ...shape] })),
    ...mapValues(feed.scalars ?? {}, (): InputSpec => ({ shape: [] })),
  };
}
