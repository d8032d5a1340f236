import type { NdArray } from "../../lib/array/ndarray.ts";
import type { EpochLog } from "./callbacks.ts";

/** The state of a training after an epoch. */
export interface Checkpoint {
  /** From 1, through all phases. */
  readonly epoch: number;
  readonly phase: string;
  /** The log of every epoch so far. */
  readonly history: readonly EpochLog[];
  /** Weights, moments of optimizers, codebooks: by names that are the same in every process. */
  readonly variables: Readonly<Record<string, NdArray>>;
}
