import type { CopyImages } from "../../../lib/data/augment.ts";
import type { SessionOptions } from "../../../lib/runtime/mod.ts";
import type { Chunk, Feed } from "../feed.ts";
import type { Step } from "../step.ts";

/** Runs steps. Given the same chunks and the same variables, engines agree up to rounding. */
export interface Engine {
  /** Names it in reports, such as `onnx (cpu)`. */
  readonly description: string;
  /** Takes the steps of a chunk; gives each loss by step, `[steps]`. */
  run(chunk: Chunk): Promise<Record<string, Float32Array>>;
  /**
   * The mean of each loss over all examples of a feed, with the variables as they are. Its noise is
   * the same every time.
   *
   * @param losses Must assign no variable.
   * @param step Whose scalars the losses see, so that they compare with those of this step.
   */
  evaluate(losses: Step, feed: Feed, step?: number): Promise<Record<string, number>>;
  /** Brings the variables up to date with the steps taken. */
  sync(): Promise<void>;
  /** Goes on from the variables as they are, which something else has changed. */
  load(): Promise<void>;
  /** Transforms augmented copies, faster than JavaScript does and to the same bytes. */
  readonly copyImages?: CopyImages | undefined;
  /** Frees what the engine holds, not the variables. */
  dispose(): Promise<void>;
}

/** Options for opening an engine. */
export interface EngineOptions extends Omit<SessionOptions, "spinning"> {
  readonly batchSize: number;
  /** Of dropout and other noise that the step itself draws, and of the noise of evaluations. */
  readonly seed: number;
  readonly native?: NativeOptions | undefined;
}

/** Options for the engine `native` alone. */
export interface NativeOptions {
  /** Is told why steps cannot be compiled, which `onnx` then takes. Without it, that is an error. */
  readonly onFallBack?: ((reason: string) => void) | undefined;
  /** A folder for the C text of compiled steps, to be read. */
  readonly keepC?: string | undefined;
}

/** Opens an engine for a step. */
export type OpenEngine = (step: Step, feed: Feed, options: EngineOptions) => Promise<Engine>;
