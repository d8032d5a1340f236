import { join } from "node:path";
import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { encodeNpz } from "../../lib/data/mod.ts";
import { exportTraining, trainingInputs } from "../core/engines/export_training.ts";
import type { Feed } from "../core/feed.ts";
import type { Step } from "../core/step.ts";

/** Hears of the phases of a training. */
export interface PhaseListener {
  /** Called before each phase, with the first of its epochs. */
  onPhase?:
    | ((
      step: Step,
      feed: Feed,
      phase: { readonly phase: string; readonly batchSize: number; readonly epoch: number },
    ) => Promise<void>)
    | undefined;
}

/**
 * Writes each phase of a training to a folder: `PHASE.onnx` is the training itself, and `PHASE.npz`
 * what its first 50 steps take; files of these names are replaced.
 *
 * @throws {InputError} When it is called, if the folder cannot be written to.
 */
export function writeTraining(folder: string, seed: number): NonNullable<PhaseListener["onPhase"]> {
  return async (step, feed, { phase, ...options }) => {
    await exportTraining(step, feed, join(folder, `${phase}.onnx`), { ...options, seed });
    const inputs = encodeNpz(trainingInputs(feed, { ...options, seed }));
    const path = join(folder, `${phase}.npz`);
    await writeFile(path, (file) => writeAll(file, inputs), { force: true });
  };
}
