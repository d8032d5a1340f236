import type { Peer } from "./peer.ts";
import { formatTable, median } from "./table.ts";

/** Something that takes steps. */
export interface Contestant {
  readonly name: string;
  readonly threads?: number;
  /** Steps of one round: fewer for the slow, whose time needs no averaging. */
  readonly steps: number;
  /** Rounds that it takes part in, all by default; the first warms up unless there is but one. */
  readonly rounds?: number;
  /** Milliseconds a step. */
  run(steps: number): Promise<number>;
}

const ROUNDS = 7;

/** Options for {@linkcode runRounds}. */
export interface RunOptions {
  /** Additions and multiplications of a step. */
  readonly flops: number;
  /** How many the processor can do a second, by the number of threads. */
  readonly peak: ReadonlyMap<number, number>;
  readonly print: (line: string) => void;
}

/**
 * Has contestants run in turn, round after round, and prints a table of their medians and of their
 * ratios to the first; and how much faster its name is than each other, with the threads that are
 * best for each. A ratio is that of one round, of which the median is taken: the speed of the
 * machine drifts between rounds.
 */
export async function runRounds(
  title: string,
  contestants: readonly Contestant[],
  { flops, peak, print }: RunOptions,
): Promise<void> {
  const measured = await measureRounds(contestants, {
    onRound: (round) => print(`round ${round} of ${ROUNDS}`),
    onFailure: (name, error) => print(`no row for ${name}: ${(error as Error).message}`),
  });
  const runs = contestants.flatMap(({ name, threads }) => {
    const times = measured.get(fullName({ name, threads }));
    return times === undefined ? [] : [{ name, threads, times }];
  });
  const ratio = (a: readonly number[], b: readonly number[]) =>
    median(a.map((time, round) => time / (b[round] ?? NaN))).toFixed(2);
  const rows = runs.map(({ name, threads, times }) => {
    const speed = flops / median(times) * 1000;
    const share = speed / (peak.get(threads ?? 0) ?? NaN);
    return [
      fullName({ name, threads }),
      ...[median(times), Math.min(...times), Math.max(...times)].map((time) => time.toFixed(2)),
      ratio(times, runs[0].times),
      (speed / 1e9).toFixed(0),
      Number.isNaN(share) ? "" : `${(100 * share).toFixed(0)} %`,
    ];
  });
  const first = fullName(runs[0]);
  const head = [title, "median ms", "min", "max", `times ${first}`, "GFLOP/s", "of the CPU's"];
  print(formatTable([head, ...rows]));
  print(
    [...peak].map(([threads, speed]) => `${plural(threads)}: ${(speed / 1e9).toFixed(0)} GFLOP/s`)
      .join(", ") + " in a product of 1024 (PyTorch's)",
  );
  const names = [...new Set(runs.map(({ name }) => name))];
  const best = names.map((name) =>
    runs.filter((run) => run.name === name)
      .reduce((a, b) => median(b.times) < median(a.times) ? b : a)
  );
  for (const other of best.slice(1)) {
    print(
      `${fullName(best[0])}: ${ratio(other.times, best[0].times)} times as fast as ${
        fullName(other)
      }`,
    );
  }
  for (const name of names) {
    const [one, ...more] = runs.filter((run) => run.name === name);
    for (const other of more) {
      print(`${name}: ${plural(other.threads!)} ${ratio(one.times, other.times)} times one`);
    }
  }
}

/** With the number of threads. */
function fullName({ name, threads }: Pick<Contestant, "name"> & { threads?: number | undefined }) {
  return threads === undefined ? name : `${name}, ${plural(threads)}`;
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
  const times = new Map(contestants.map((each) => [fullName(each), [] as number[]]));
  const gone = new Set<string>();
  // Round 0 warms caches and compilers up.
  for (let round = 0; round <= all; round++) {
    for (const { steps, rounds = all, run, ...contestant } of contestants) {
      const name = fullName(contestant);
      if (round > rounds || gone.has(name) || (round === 0 && rounds === 1 && all > 1)) continue;
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
