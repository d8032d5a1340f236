import * as ort from "onnxruntime-node";
import { type DType, type NdArray, ndarray, type TypedArrays } from "../ndarray.ts";
import type { Model } from "./graph.ts";

/** Options for {@linkcode createSession}. */
export interface SessionOptions {
  /**
   * Threads that one operation may use; 0 leaves the choice to ONNX Runtime, which takes every
   * core.
   *
   * @default {0}
   */
  threads?: number;
  /**
   * Whether threads without work spin instead of sleeping. That wins some microseconds an operation
   * where every core is free, and loses whole time slices where one is not: a training step on two
   * threads took 7.1 ms spinning and 8.4 ms sleeping on a quiet machine of two cores, 76 ms and
   * 24 ms on a busy one.
   *
   * @default {false}
   */
  spinning?: boolean;
}

/**
 * A model that is ready to run. Holds native memory until {@linkcode Session.release}.
 *
 * @example Usage
 * ```ts
 * import { createSession, GraphBuilder } from "@glimpse/glimpse/onnx";
 * import { ndarray } from "@glimpse/glimpse/ndarray";
 * import { assertEquals } from "@std/assert";
 *
 * const builder = new GraphBuilder();
 * const x = builder.input("x", "float32", ["batch"]);
 * builder.output("y", builder.op.Mul(x, 2), "float32", ["batch"]);
 * const session = await createSession({ graph: builder.build(), opset: 17 });
 * const { y } = await session.run({ x: ndarray("float32", [2], Float32Array.of(1, 2)) });
 * assertEquals([...y.data], [2, 4]);
 * await session.release();
 * ```
 */
export class Session {
  readonly #session: ort.InferenceSession;

  constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /** The names of the model's inputs. */
  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  /** The names of the model's outputs. */
  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /**
   * Runs the model.
   *
   * @param inputs An array for each input.
   * @param outputs The outputs wanted.
   * @throws {Error} If an input is missing or does not fit.
   */
  async run(
    inputs: Readonly<Record<string, NdArray>>,
    outputs: readonly string[] = this.outputNames,
  ): Promise<Record<string, NdArray>> {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, array]) => [name, toTensor(array)]),
    );
    const results = await this.#session.run(feeds, [...outputs]);
    return Object.fromEntries(outputs.map((name) => [name, fromTensor(results[name])]));
  }

  /** Frees what the session holds; it cannot run after that. */
  async release(): Promise<void> {
    await this.#session.release();
  }
}

/**
 * Prepares a model to run.
 *
 * @param model A model, or the bytes of an `.onnx` file, or its path, which one with data in files
 * beside it needs.
 */
export async function createSession(
  model: Model | Uint8Array | string,
  { threads = 0, spinning = false }: SessionOptions = {},
): Promise<Session> {
  // The writer is loaded only for models that are not bytes yet: files start faster without it.
  const file = model instanceof Uint8Array || typeof model === "string"
    ? model
    : (await import("./proto.ts")).encodeModel(model);
  // Declared for either, but not for both.
  const session = await ort.InferenceSession.create(file as string, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: spinning ? "1" : "0" } } },
  });
  return new Session(session);
}

/** The version of ONNX Runtime. */
export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

function toTensor({ dtype, data, shape }: NdArray): ort.Tensor {
  return new ort.Tensor(dtype as "float32", data as Float32Array, [...shape]);
}

function fromTensor({ type, data, dims }: ort.Tensor): NdArray {
  const dtype = type as DType;
  return ndarray(dtype, dims, data as unknown as TypedArrays[DType]);
}
