import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../lib/input_error.ts";
import type { NdArray } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/rows.ts";
import { BASE_OPSET } from "../../lib/onnx/mod.ts";
import { createSession, type DeviceName, type Session } from "../../lib/runtime/mod.ts";
import type { Rows } from "./engines/old/engine.ts";
import { pixelRows } from "./engines/rows.ts";
import type { Examples } from "./loop_runner.ts";
import {
  readState,
  recordFunction,
  stateOf,
  type StateVariable,
  withoutUnused,
} from "../record/record_function.ts";
import { emitGraph, type InputSpec } from "../record/mod.ts";

/** Losses of a batch, each a scalar. */
export type BatchLosses = (batch: Record<string, tf.Tensor>) => Record<string, tf.Scalar>;

/** Options for {@linkcode Validation.create}. */
export interface ValidationOptions {
  examples: Examples;
  batchSize: number;
  /** Threads that one operation may use; 0 takes every core. */
  threads: number;
  /** Where the losses are computed. */
  device: DeviceName;
}

/** A range of rows of the examples, and the session for as many. */
interface Part {
  readonly session: Session;
  readonly start: number;
  readonly end: number;
}

/** Losses on examples that are not trained on, in ONNX Runtime. */
export class Validation {
  readonly #examples: Examples;
  readonly #state: readonly StateVariable[];
  readonly #parts: readonly Part[];

  constructor(examples: Examples, state: readonly StateVariable[], parts: readonly Part[]) {
    this.#examples = examples;
    this.#state = state;
    this.#parts = parts;
  }

  /**
   * Compiles the losses: for a whole batch, and for what is left of the examples after the last.
   *
   * @throws {InputError} If the losses change a variable.
   */
  static async create(losses: BatchLosses, options: ValidationOptions): Promise<Validation> {
    const { examples, batchSize, threads, device } = options;
    const variables = stateOf(Object.values(tf.engine().registeredVariables));
    const sessions = new Map<number, Session>();
    const parts: Part[] = [];
    const [{ shape: [count] }] = Object.values(examples);
    for (let start = 0; start < count; start += batchSize) {
      const end = Math.min(start + batchSize, count);
      if (!sessions.has(end - start)) {
        const inputs = batchSpecs(examples, end - start);
        const recorded = recordFunction(losses, { state: variables, inputs });
        const { recording, changed } = withoutUnused(recorded, variables);
        if (changed.length > 0) {
          throw new InputError(
            `Cannot validate: the losses change variable "${
              changed[0].variable.name
            }", they must change none, as layers with training: false`,
          );
        }
        const graph = emitGraph(recording, { name: "validation" });
        const session = await createSession({ graph, opset: BASE_OPSET }, { threads, device });
        sessions.set(end - start, session);
      }
      parts.push({ session: sessions.get(end - start)!, start, end });
    }
    const names = new Set(parts.flatMap(({ session }) => session.inputNames));
    return new Validation(examples, variables.filter(({ name }) => names.has(name)), parts);
  }

  /** The mean of each loss over all examples, with the variables as they are, by its `val` name. */
  async run(): Promise<Record<string, number>> {
    const values = await readState(this.#state);
    const sums: Record<string, number> = {};
    for (const { session, start, end } of this.#parts) {
      const rows = Object.entries(this.#examples).map(([name, array]) => [
        name,
        floatRows(array, start, end),
      ]);
      const given: Record<string, NdArray> = { ...values, ...Object.fromEntries(rows) };
      const used = session.inputNames.map((name) => [name, given[name]]);
      const losses = await session.run(Object.fromEntries(used));
      for (const [name, { data }] of Object.entries(losses)) {
        sums[name] = (sums[name] ?? 0) + Number(data[0]) * (end - start);
      }
    }
    const count = this.#parts.at(-1)!.end;
    const means = Object.entries(sums).map(([name, sum]) => [
      `val${name[0].toUpperCase()}${name.slice(1)}`,
      sum / count,
    ]);
    return Object.fromEntries(means);
  }

  /** Frees the sessions. */
  async release(): Promise<void> {
    for (const session of new Set(this.#parts.map(({ session }) => session))) {
      await session.release();
    }
  }
}

/** The shape and dtype of a batch of each array, as a step takes it. */
export function batchSpecs(examples: Examples, batchSize: number): Record<string, InputSpec> {
  return Object.fromEntries(
    Object.entries(examples).map(([name, { shape, dtype }]) => [
      name,
      { shape: [batchSize, ...shape.slice(1)], dtype: dtype === "uint8" ? "float32" : dtype },
    ]),
  );
}

function floatRows(array: Examples[string], start: number, end: number): NdArray {
  return array.dtype === "int32"
    ? slice(array, start, end)
    : pixelRows(array as Rows[string], start, end);
}
