import type { Recording } from "../recording/recording.ts";
import { batchUpdates } from "./batch_updates.ts";
import { dropRepeats } from "./drop_repeats.ts";
import { gatherFactors } from "./gather_factors.ts";
import { keepRelu } from "./keep_relu.ts";
import { pushTransposes } from "./push_transposes.ts";
import { reduceInTurn } from "./reduce_in_turn.ts";
import { scaleAndShift } from "./scale_and_shift.ts";
import { storeTransposed } from "./store_transposed.ts";
import { sumDeviations } from "./sum_deviations.ts";

/** Makes a recording that computes the same in fewer or quicker operations. */
type Pass = (recording: Recording) => Recording;

/** What holds for every batch size, in its order. */
const ANY_BATCH: readonly Pass[] = [dropRepeats, pushTransposes, storeTransposed];

/** Where the batch size is known: what equals what, and what is small, can depend on it. */
const ONE_BATCH: readonly Pass[] = [
  dropRepeats,
  keepRelu,
  gatherFactors,
  sumDeviations,
  pushTransposes,
  scaleAndShift,
  reduceInTurn,
  batchUpdates,
  storeTransposed,
];

/**
 * Makes a recording quicker before it is written as a graph.
 *
 * @param options.anyBatch Whether its graph is to fit any batch size.
 */
export function simplify(recording: Recording, { anyBatch }: { anyBatch: boolean }): Recording {
  const passes = anyBatch ? ANY_BATCH : ONE_BATCH;
  return passes.reduce((simpler, pass) => pass(simpler), recording);
}
