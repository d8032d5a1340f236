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
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  // Round 0 warms caches and compilers up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, steps, rounds = ROUNDS, run } of contestants) {
      if (round > rounds) continue;
      const milliseconds = await run(steps);
      if (round > 0) times.get(name)!.push(milliseconds);
    }
    print(`round ${round} of ${ROUNDS}`);
  }
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

/** `1 thread`, `2 threads`. */
export function plural(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
