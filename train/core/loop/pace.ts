/** Steps of a chunk at most. */
const MAX_STEPS = 256;

/** About how long a chunk takes: signals and timers wait for it, as an engine blocks the process. */
const CHUNK_MS = 100;

/** Sizes chunks so that the process answers in time. */
export class Pace {
  /** Of the next chunk. */
  steps = 8;
  #started = 0;

  /** A chunk begins. */
  start(): void {
    this.#started = performance.now();
  }

  /** It has ended: lets timers and signals have their turn, which awaiting an engine alone does not. */
  async rest(steps: number): Promise<void> {
    const perStep = (performance.now() - this.#started) / steps;
    this.steps = Math.min(MAX_STEPS, Math.max(1, Math.round(CHUNK_MS / perStep)));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
