import type { Engine, OpenEngine } from "../../../train/core/engines/engine.ts";
import { defaultVae, randomChunk, randomFeed } from "../../../train/doctor/default_vae.ts";
import type { Question } from "./question.ts";

/**
 * Times training steps of the default VAE: `count` of them a run, from arrays in the memory of the
 * host until the losses and the state are there. What the steps draw is drawn before.
 */
export function timeTraining(
  open: OpenEngine,
): (question: Question) => Promise<number> {
  const engines = new Map<number, Engine>();
  const feed = randomFeed();
  return async ({ batch, count }) => {
    let engine = engines.get(batch);
    if (engine === undefined) {
      engine = await open(defaultVae().step, feed, { batchSize: batch, seed: 0, threads: 0 });
      engines.set(batch, engine);
    }
    const chunk = randomChunk(count, { feed, batchSize: batch });
    const start = performance.now();
    const { loss } = await engine.run(chunk);
    const milliseconds = performance.now() - start;
    if (!loss.every(Number.isFinite)) throw new Error(`the loss became ${loss.at(-1)}`);
    return milliseconds / count;
  };
}
