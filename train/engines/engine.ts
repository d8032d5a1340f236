import type { Images } from "../../lib/data/dataset.ts";
import type { Model } from "../models/model.ts";
import type { Optimizer } from "../optimizers.ts";

/** A run of training steps: everything that varies from step to step, drawn beforehand. */
export interface Chunk {
  /** The images of each batch, `[steps * batchSize]`. */
  readonly indices: Int32Array;
  /** Standard normal noise, `[steps * batchSize * latentDim]`. */
  readonly epsilon: Float32Array;
  /** `[steps]`. */
  readonly learningRate: Float32Array;
  /** `[steps]`. */
  readonly beta: Float32Array;
}

/** The losses of each step, in nats, averaged over the batch: `[steps]` each. */
export interface StepLosses {
  readonly loss: Float32Array;
  readonly reconstructionLoss: Float32Array;
  readonly klLoss: Float32Array;
}

/** What an engine trains and on what. The images carry no labels. */
export interface EngineOptions {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly images: Images;
  readonly batchSize: number;
  /** Threads that one operation may use; 0 takes every core. */
  readonly threads: number;
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
   * The mean losses over images that are not trained on.
   *
   * @param epsilon Standard normal noise, `[images.count * latentDim]`.
   */
  evaluate(images: Images, epsilon: Float32Array): Promise<{
    loss: number;
    reconstructionLoss: number;
    klLoss: number;
  }>;
  /** Brings the variables of the model and the optimizer up to date with the steps taken. */
  sync(): Promise<void>;
  /** Frees what the engine holds, not the model. */
  dispose(): Promise<void>;
}
