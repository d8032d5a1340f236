import type { NdArray } from "../../../lib/array/ndarray.ts";
import { type Model } from "../../../lib/onnx/mod.ts";
import { createSession, type Session, type SessionOptions } from "../../../lib/runtime/mod.ts";
import { hasDraws } from "../../record/random/draws.ts";

/** Runs of each way before one is chosen. */
const TRIALS = 3;

/** The way that a trial has found faster, in the life of the process. */
let chosen: boolean | undefined;

/** One way to wait, with its session and what it took when it ran. */
interface Way {
  readonly spinning: boolean;
  session?: Session;
  readonly millisecondsPerStep: number[];
}

/**
 * A session of many runs that finds out whether its threads should spin or sleep while they wait:
 * the first in a process runs both ways in turn, and goes on with the faster, which those after it
 * take at once. They compute the same numbers.
 */
export class PacedSession {
  readonly #open: (way: Way) => Promise<Session>;
  #ways: readonly Way[];

  private constructor(open: (way: Way) => Promise<Session>, ways: readonly Way[]) {
    this.#open = open;
    this.#ways = ways;
  }

  /**
   * Prepares a model to run, a second way when that is tried. With one thread nobody waits; and a
   * model that draws numbers goes on from its last draws, which two sessions would not share. Other
   * devices than the CPU have threads of their own.
   */
  static async create(
    model: Model,
    options: Omit<SessionOptions, "spinning">,
  ): Promise<PacedSession> {
    const { threads, device = "cpu" } = options;
    const waits = threads !== 1 && device === "cpu";
    const tries = waits && chosen === undefined && !hasDraws(model.graph);
    const open = ({ spinning }: Way) => createSession(model, { ...options, spinning });
    const ways = (tries ? [false, true] : [waits && (chosen ?? false)])
      .map((spinning): Way => ({ spinning, millisecondsPerStep: [] }));
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
    const [way, other] = this.#ways.toSorted((a, b) =>
      a.millisecondsPerStep.length - b.millisecondsPerStep.length
    );
    const session = way.session ??= await this.#open(way);
    const start = performance.now();
    const results = await session.run(inputs);
    if (other === undefined) return results;
    way.millisecondsPerStep.push((performance.now() - start) / steps);
    if (this.#ways.every(({ millisecondsPerStep }) => millisecondsPerStep.length >= TRIALS)) {
      const least = ({ millisecondsPerStep }: Way) => Math.min(...millisecondsPerStep);
      const isFaster = least(way) < least(other);
      const [faster, slower] = isFaster ? [way, other] : [other, way];
      chosen = faster.spinning;
      this.#ways = [faster];
      await slower.session!.release();
    }
    return results;
  }

  /** Frees what the sessions hold. */
  async release(): Promise<void> {
    for (const { session } of this.#ways) await session?.release();
  }
}
