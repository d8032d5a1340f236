import { type DType, type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { BASE_OPSET } from "../../lib/onnx/mod.ts";
import { type SessionOptions } from "../../lib/runtime/mod.ts";
import { PacedSession } from "./engines/paced_session.ts";
import { flattenRows } from "./engines/rows.ts";
import { loopGraph } from "../record/lower/onnx/loop_graph.ts";
import { type StateVariable, writeState } from "../record/record_function.ts";
import type { RecordedStep } from "../record/record_step.ts";

/**
 * Arrays with a row an example, by the name that the step knows them by. Bytes stand for pixels and
 * become [0, 1].
 */
export type Examples = Readonly<
  Record<string, NdArray<"float32"> | NdArray<"int32"> | NdArray<"uint8">>
>;

/** Runs a recorded step over rows of examples, and keeps the state between runs. */
export class LoopRunner {
  readonly #session: PacedSession;
  readonly #variables: readonly StateVariable[];
  readonly #values: Record<string, NdArray>;
  readonly #rows: Record<string, NdArray>;
  readonly #lossNames: readonly string[];

  constructor(
    session: PacedSession,
    { variables, values }: RecordedStep,
    { examples, lossNames }: { examples: Examples; lossNames: readonly string[] },
  ) {
    this.#session = session;
    this.#variables = variables;
    this.#values = { ...values };
    this.#lossNames = lossNames;
    this.#rows = Object.fromEntries(
      Object.entries(examples).map(([name, array]) => [name, flattenRows<DType>(array)]),
    );
  }

  /**
   * Compiles a step.
   *
   * @param options How it runs; `lossNames` are the outputs to keep of every step, each a scalar.
   */
  static async create(
    step: RecordedStep,
    examples: Examples,
    { lossNames, ...options }: { lossNames: readonly string[] } & Omit<SessionOptions, "spinning">,
  ): Promise<LoopRunner> {
    const rowTypes = Object.fromEntries(
      Object.entries(examples).map(([name, { dtype }]) => [name, dtype]),
    );
    const graph = loopGraph(step.recording, { rowTypes, lossNames });
    const session = await PacedSession.create({ graph, opset: BASE_OPSET }, options);
    return new LoopRunner(session, step, { examples, lossNames });
  }

  /**
   * Takes some steps.
   *
   * @param indices The row of each example of each batch, `[steps * batchSize]`.
   * @param perStep Numbers that vary from step to step, `[steps]` each.
   * @returns The losses of each step, `[steps]` each.
   */
  async run(
    indices: Int32Array,
    perStep: Readonly<Record<string, Float32Array>>,
    batchSize: number,
  ): Promise<Record<string, Float32Array>> {
    const steps = indices.length / batchSize;
    const scalars = Object.entries(perStep).map(([name, values]) => [
      name,
      ndarray("float32", [steps], values),
    ]);
    const results = await this.#session.run({
      ...this.#values,
      ...this.#rows,
      ...Object.fromEntries(scalars),
      steps: ndarray("int64", [], BigInt64Array.of(BigInt(steps))),
      indices: ndarray("int32", [steps, batchSize], indices),
    }, steps);
    for (const { name } of this.#variables) {
      this.#values[name] = results[`new/${name}`] ?? this.#values[name];
    }
    const losses = this.#lossNames.map((name) => [name, results[name].data]);
    return Object.fromEntries(losses);
  }

  /** Brings the variables up to date. */
  sync(): void {
    writeState(this.#variables, this.#values);
  }

  /** Brings the variables up to date, and frees the session. */
  async finish(): Promise<void> {
    this.sync();
    await this.#session.release();
  }
}
