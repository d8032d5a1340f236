import type { Chunk, Feed } from "../feed.ts";
import type { Step } from "../step.ts";
import type { Engine, OpenEngine } from "./engine.ts";

/**
 * Opens engines that take batches of any size, as the last of an epoch may be smaller: the step is
 * prepared for each size when that first comes, and the variables go from one to the next.
 */
export function ofAnySize(open: OpenEngine): OpenEngine {
  return async (step, feed, options) => {
    const { batchSize, native } = options;
    const first = await open(step, feed, options);
    // Why steps cannot be compiled is said once.
    const others = native?.onFallBack === undefined
      ? options
      : { ...options, native: { ...native, onFallBack: () => {} } };
    return new AnySizeEngine(
      new Map([[batchSize, first]]),
      (batchSize) => open(step, feed, { ...others, batchSize }),
      first,
    );
  };
}

class AnySizeEngine implements Engine {
  readonly description: string;
  readonly copyImages: Engine["copyImages"];
  readonly #engines: Map<number, Engine>;
  readonly #open: (batchSize: number) => Promise<Engine>;
  /** The one that took the last step. */
  #last: Engine;

  constructor(
    engines: Map<number, Engine>,
    open: (batchSize: number) => Promise<Engine>,
    first: Engine,
  ) {
    this.description = first.description;
    this.copyImages = first.copyImages;
    this.#engines = engines;
    this.#open = open;
    this.#last = first;
  }

  async run(chunk: Chunk): Promise<Record<string, Float32Array>> {
    const [, batchSize] = chunk.indices.shape;
    const found = this.#engines.get(batchSize);
    if (found !== this.#last) {
      await this.#last.sync();
      this.#last = found ?? await this.#open(batchSize);
      this.#engines.set(batchSize, this.#last);
      await found?.load();
    }
    return await this.#last.run(chunk);
  }

  evaluate(losses: Step, feed: Feed, step?: number): Promise<Record<string, number>> {
    return this.#last.evaluate(losses, feed, step);
  }

  sync(): Promise<void> {
    return this.#last.sync();
  }

  load(): Promise<void> {
    return this.#last.load();
  }

  async dispose(): Promise<void> {
    for (const engine of this.#engines.values()) await engine.dispose();
  }
}
