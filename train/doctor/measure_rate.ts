/** Runs whose median counts, where the budget allows so many. */
const RUNS = 7;

/**
 * How many units of work a second something does: the median over several runs, after two that
 * warm up; of slow work the second run.
 *
 * @param run Does so many units.
 * @param options.budget Milliseconds to measure for, without warm-up. @default {1500}
 * @param options.most Units per run at most. @default {36}
 * @param options.now The clock, in milliseconds. @default {performance.now}
 */
export async function measureRate(
  run: (units: number) => Promise<void>,
  { budget = 1500, most = 36, now = () => performance.now() }: {
    budget?: number | undefined;
    most?: number;
    now?: () => number;
  } = {},
): Promise<number> {
  const time = async (units: number) => {
    const start = now();
    await run(units);
    return now() - start;
  };
  await time(1);
  const guess = await time(1);
  // Slow work is not done a third time.
  if (guess > budget / 2) return 1000 / guess;
  const units = Math.max(1, Math.min(most, Math.floor(budget / RUNS / Math.max(guess, 0.001))));
  const rates: number[] = [];
  const end = now() + budget;
  do {
    rates.push(1000 * units / await time(units));
  } while (now() < end);
  rates.sort((a, b) => a - b);
  return rates[rates.length >> 1];
}
