import type { Peer } from "./peer.ts";
import { formatTable, median } from "./table.ts";

/** Something that takes steps. */
export interface Contestant {
  readonly name: string;
  /** Steps of one round: fewer for the slow, whose time needs no averaging. */
  readonly steps: number;
  /** Rounds that it takes part in; all by default. */
  readonly rounds?: number;
  /** Milliseconds a step. */
  run(steps: number): Promise<number>;
}

const ROUNDS = 7;

/**
 * Has contestants run in turn, round after round, and prints a table of their medians and of their
 * ratios to the first. A ratio is that of one round, of which the median is taken: the speed of the
 * machine drifts between rounds.
 */
export async function runRounds(
  title: string,
  contestants: readonly Contestant[],
  print: (line: string) => void,
): Promise<void> {
  const times = await measureRounds(contestants, {
    onRound: (round) => print(`round ${round} of ${ROUNDS}`),
  });
  const first = times.get(contestants[0].name)!;
  const rows = contestants.map(({ name }) => {
    const mine = times.get(name)!;
    return [
      name,
      median(mine).toFixed(2),
      Math.min(...mine).toFixed(2),
      Math.max(...mine).toFixed(2),
      median(mine.map((time, round) => time / first[round])).toFixed(2),
    ];
  });
  print(formatTable([[title, "median ms", "min", "max", `times ${contestants[0].name}`], ...rows]));
}

/** Options for {@linkcode measureRounds}. */
export interface RoundsOptions {
  /** @default {7} */
  rounds?: number;
  /** Is called at the end of each; round 0 warms up. */
  onRound?: (round: number) => void;
  /** Is called when a contestant fails, which then leaves; without it, a failure ends it all. */
  onFailure?: (name: string, error: unknown) => void;
}

/** Has contestants run in turn, round after round. Gives the milliseconds of each by its name. */
export async function measureRounds(
  contestants: readonly Contestant[],
  { rounds: all = ROUNDS, onRound = () => {}, onFailure }: RoundsOptions = {},
): Promise<Map<string, number[]>> {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  const gone = new Set<string>();
  // Round 0 warms caches and compilers up.
  for (let round = 0; round <= all; round++) {
    for (const { name, steps, rounds = all, run } of contestants) {
      if (round > rounds || gone.has(name)) continue;
      try {
        const milliseconds = await run(steps);
        if (round > 0) times.get(name)!.push(milliseconds);
      } catch (error) {
        if (onFailure === undefined) throw error;
        onFailure(name, error);
        gone.add(name);
        times.delete(name);
      }
    }
    onRound(round);
  }
  return times;
}

/**
 * PyTorch on one thread and on every core, with its default Adam and the fused one.
 *
 * @param torch A script that answers a line `threads fused steps` with the seconds of a step.
 */
export function torchContestants(torch: Peer, steps: number): Contestant[] {
  return threadCounts().flatMap((threads) =>
    [0, 1].map((fused) => ({
      name: `PyTorch ${torch.version}${fused ? ", fused Adam" : ""}, ${plural(threads)}`,
      steps,
      run: async (steps: number) => 1000 * await torch.ask<number>(`${threads} ${fused} ${steps}`),
    }))
  );
}

/** A program of ours named by its version, which answers a line `steps` with milliseconds. */
export function workerContestant(peer: Peer, steps: number): Contestant {
  return { name: peer.version, steps, run: async (steps) => await peer.ask<number>(`${steps}`) };
}

/** One thread, and one for every core where there are more. */
export function threadCounts(): number[] {
  return [...new Set([1, navigator.hardwareConcurrency])];
}

/** `1 thread`, `2 threads`. */
export function plural(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
