import { measureRate } from "../measure_rate.ts";
import type { OpenEngine } from "../../core/engines/engine.ts";
import { defaultVae, randomChunk, randomFeed } from "../default_vae.ts";
import type { Answer } from "../message.ts";

/** Settings of every probe of an engine or a device. */
export interface ProbeSettings {
  /** Whether to leave out the speed. */
  readonly quick: boolean;
  /** Milliseconds for each measurement of speed. By default as `measureRate()` takes. */
  readonly budget?: number | undefined;
  readonly onStage: (stage: string) => void;
}

/** Images of a step: few to see that it works, as many as by default to measure. */
const SMALL_BATCH = 8;
const BATCH = 128;

/**
 * Takes a training step on an engine and, unless `quick`, measures its images per second.
 *
 * @throws {Error} If the step fails, or its loss is not finite.
 */
export async function probeTraining(
  open: OpenEngine,
  { quick, budget, onStage }: ProbeSettings,
): Promise<Pick<Answer, "trainingSpeed">> {
  onStage("taking a training step");
  const batchSize = quick ? SMALL_BATCH : BATCH;
  const feed = randomFeed();
  const { step } = defaultVae();
  const engine = await open(step, feed, { batchSize, seed: 0, threads: 0 });
  try {
    const { loss: [loss] } = await engine.run(randomChunk(1, { feed, batchSize }));
    if (!Number.isFinite(loss)) throw new Error(`the loss of a training step is ${loss}`);
    if (quick) return {};
    onStage("measuring the speed of training");
    const steps = await measureRate(async (count) => {
      await engine.run(randomChunk(count, { feed, batchSize }));
    }, { budget });
    return { trainingSpeed: steps * batchSize };
  } finally {
    await engine.dispose();
  }
}
