import type { NdArray } from "../../../lib/array/ndarray.ts";
import { type Model } from "../../../lib/onnx/mod.ts";
import { createSession, type Session, type SessionOptions } from "../../../lib/runtime/mod.ts";
import { hasDraws } from "../../record/random/draws.ts";

/** Runs after which the slower way is tried again: what else the machine does may have changed. */
const RETRY_RUNS = 24;

/** One way to wait, with its session and what it took when it last ran. */
interface Way {
  session?: Session;
  readonly spinning: boolean;
  millisecondsPerStep: number;
}

/**
 * A session of many runs that finds out whether its threads should spin or sleep while they wait,
 * by timing both. They compute the same numbers.
 */
export class PacedSession {
  readonly #open: (way: Way) => Promise<Session>;
  readonly #ways: readonly Way[];
  #runs = 0;

  private constructor(open: (way: Way) => Promise<Session>, ways: readonly Way[]) {
    this.#open = open;
    this.#ways = ways;
  }

  /**
   * Prepares a model to run both ways, the second when it is needed first. With one thread nobody
   * waits; and a model that draws numbers goes on from its last draws, which two sessions would not
   * share. Other devices than the CPU have threads of their own.
   */
  static async create(
    model: Model,
    options: Omit<SessionOptions, "spinning">,
  ): Promise<PacedSession> {
    const { threads, device = "cpu" } = options;
    const isOneWay = threads === 1 || device !== "cpu" || hasDraws(model.graph);
    const open = ({ spinning }: Way) => createSession(model, { ...options, spinning });
    const ways = (isOneWay ? [false] : [false, true])
      .map((spinning): Way => ({ spinning, millisecondsPerStep: 0 }));
    ways[0].session = await open(ways[0]);
    return new PacedSession(open, ways);
  }

  /**
   * Runs the model.
   *
   * @param steps How much the run does: times are compared by the step.
   */
  async run(
    inputs: Readonly<Record<string, NdArray>>,
    steps: number,
  ): Promise<Record<string, NdArray>> {
    const bySpeed = this.#ways.toSorted((a, b) => a.millisecondsPerStep - b.millisecondsPerStep);
    // What has not run yet took no time so far, and comes first.
    const way = this.#runs % RETRY_RUNS === RETRY_RUNS - 1 ? bySpeed.at(-1)! : bySpeed[0];
    this.#runs++;
    const session = way.session ??= await this.#open(way);
    const start = performance.now();
    const results = await session.run(inputs);
    way.millisecondsPerStep = (performance.now() - start) / steps;
    return results;
  }

  /** Frees what the sessions hold. */
  async release(): Promise<void> {
    for (const { session } of this.#ways) await session?.release();
  }
}
