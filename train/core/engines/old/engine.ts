import type { NdArray } from "../../../../lib/array/ndarray.ts";
import type { DeviceName, Profile } from "../../../../lib/runtime/mod.ts";
import type { Trainee } from "../../train_step.ts";

/** Arrays with a row an image, by name: `[count, …]`. Bytes stand for pixels and become [0, 1]. */
export type Rows = Readonly<Record<string, NdArray<"uint8"> | NdArray<"float32">>>;

/** The element type of each array of rows, by name. */
export type RowTypes = Readonly<Record<string, "uint8" | "float32" | "int32">>;

/** A run of training steps: everything that varies from step to step, drawn beforehand. */
export interface Chunk {
  /** The row of each image of each batch, `[steps * batchSize]`. */
  readonly indices: Int32Array;
  /** Standard normal noise, `[steps * batchSize * latentDim]`. */
  readonly epsilon: Float32Array;
  /** The learning rate and the objective's scalars, `[steps]` each. */
  readonly scalars: Readonly<Record<string, Float32Array>> & {
    readonly learningRate: Float32Array;
  };
  /** What the objective gathers its batches from. */
  readonly rows: Rows;
}

/** The losses of each step, in nats, averaged over the batch: `[steps]` each. */
export type StepLosses = Readonly<Record<string, Float32Array>> & { readonly loss: Float32Array };

/** What an engine trains. */
export interface EngineOptions extends Trainee {
  readonly batchSize: number;
  /** The element type of each array of rows. */
  readonly rowTypes: RowTypes;
  /** Threads that one operation may use; 0 takes every core. */
  readonly threads: number;
  /** Where ONNX Runtime runs, for the engine that is it; the CPU where nothing is said. */
  readonly device?: DeviceName;
  /** What its sessions are to write down about their nodes. */
  readonly profile?: Profile | undefined;
}

/**
 * Runs training steps. Engines differ in how they compute; given the same chunk and the same state
 * they agree up to rounding.
 */
export interface Engine {
  /** Names it in reports, such as `onnx (cpu)`. */
  readonly description: string;
  /** Takes the steps of a chunk. */
  train(chunk: Chunk): Promise<StepLosses>;
  /**
   * The objective's `elbo` over images that are not trained on, beta being 1.
   *
   * @param images Pixels, `[count, height, width, channels]`.
   * @param epsilon Standard normal noise, `[count * latentDim]`.
   */
  evaluate(images: Rows[string], epsilon: Float32Array): Promise<Record<string, number>>;
  /** Brings the variables of the model and the optimizer up to date with the steps taken. */
  sync(): Promise<void>;
  /** Frees what the engine holds, not the model. */
  dispose(): Promise<void>;
}

/** The losses that an evaluation gives. */
export const ELBO_NAMES = ["loss", "reconstructionLoss", "klLoss"] as const;

/** Images that one run of an evaluation holds at a time. */
const EVALUATION_BATCH = 500;

/** Averages the losses of images over batches that fit into memory. */
export async function evaluateInBatches(
  count: number,
  evaluate: (start: number, end: number) => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const means: Record<string, number> = {};
  for (let start = 0; start < count; start += EVALUATION_BATCH) {
    const end = Math.min(start + EVALUATION_BATCH, count);
    for (const [name, value] of Object.entries(await evaluate(start, end))) {
      means[name] = (means[name] ?? 0) + value * (end - start) / count;
    }
  }
  return means;
}
