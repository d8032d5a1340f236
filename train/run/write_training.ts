import { join } from "node:path";
import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { encodeNpz } from "../../lib/data/mod.ts";
import { platform } from "../../lib/platform/platform.ts";
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
 * what its first 50 steps take.
 */
export function writeTraining(folder: string, seed: number): NonNullable<PhaseListener["onPhase"]> {
  return async (step, feed, { phase, ...options }) => {
    await platform.mkdir(folder, { recursive: true });
    await exportTraining(step, feed, join(folder, `${phase}.onnx`), { ...options, seed });
    const inputs = encodeNpz(trainingInputs(feed, { ...options, seed }));
    await writeFile(join(folder, `${phase}.npz`), (file) => writeAll(file, inputs));
  };
}
