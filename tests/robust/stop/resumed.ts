import {
  differencesOf,
  faultOf,
  hashesIn,
  isThere,
  momentOf,
  namesIn,
  runTask,
  runWell,
  SIGNALS,
  stopTask,
  type Words,
} from "./processes.ts";

/**
 * Stops `train` at random moments by one signal after the other, goes on with `--resume`, and
 * compares what it ends with to what a training ends with that was never stopped.
 *
 * @param dir Holds `train.npz`, and nothing is left there.
 * @param options `count` of them are stopped.
 * @returns The faults, and what was seen.
 */
export async function stopAndResume(
  dir: string,
  { count, engine }: { count: number; engine: string },
): Promise<{ faults: string[]; summary: string }> {
  const words = ("train --model vae --train train.npz --out run --hidden 16 --epochs 150 " +
    `--cluster-epochs 40 --batch-size 20 --threads 1 --engine ${engine}`).split(" ") as string[];
  const train = (...more: string[]) => [...words, ...more] as unknown as Words;
  const { duration } = await runWell(train(), dir);
  const whole = await hashesIn(`${dir}/run`);
  const names = namesIn(dir);
  const faults: string[] = [];
  let resumed = 0, over = 0;
  // Of those that had ended before, on a machine that has become faster, others take the place.
  for (let i = 0; i - over < count && over < count; i++) {
    await Deno.remove(`${dir}/run`, { recursive: true });
    const signal = Object.keys(SIGNALS)[i % 4] as keyof typeof SIGNALS;
    const moment = momentOf(duration, i, "resumed");
    const say = (fault: string) =>
      faults.push(`${engine}, ${signal} after ${Math.round(moment)} ms: ${fault}`);
    const stopped = await stopTask(train(), dir, { signal, moment });
    if (stopped.isOver) over++;
    const fault = faultOf(stopped, signal);
    if (fault !== "") say(fault);
    const hasRun = await isThere(`${dir}/run`);
    if (hasRun) {
      // The run is whole; what a killed process left is removed by the next training there.
      const difference = differencesOf(await hashesIn(`${dir}/run`), whole);
      if (difference.length > 0) say(`another ${difference}`);
    }
    let ended = hasRun || !await isThere(`${dir}/run.partial`)
      ? undefined
      : await runTask(train("--resume"), dir);
    // Stopped before the first checkpoint, or after the end.
    if (ended?.code === 0) resumed++;
    else if (!hasRun || !stopped.isOver) {
      ended = await runTask(train(...hasRun ? ["--force"] : []), dir);
    }
    if (ended !== undefined && ended.code !== 0) say(`going on failed: ${ended.stderr}`);
    const difference = differencesOf(await hashesIn(`${dir}/run`), whole);
    if (difference.length > 0) say(`another ${difference}`);
    if (namesIn(dir) !== names) say(`it leaves ${namesIn(dir)}`);
  }
  await Deno.remove(`${dir}/run`, { recursive: true });
  return {
    faults,
    summary: `resumed, engine ${engine}: stopped ${count} times (${
      Object.keys(SIGNALS).join(", ")
    }), ${resumed} resumed from a checkpoint, ${over} more had ended`,
  };
}
