import { faultOf, momentOf, runWell, SIGNALS, stopTask, type Words } from "./processes.ts";

/** How long an answer may take, in milliseconds. */
const ANSWER = 1000;

/** The run is looked at in so many parts of equal duration. */
const PARTS = 5;

const TRAIN = ("train --model vae --train mnist --out run --hidden 128 --epochs 1 " +
  "--cluster-epochs 1").split(" ") as unknown as Words;

/**
 * Signals `train` at random moments, from its start to the end of its report, while as many other
 * processes as there are cores compute: it answers within a second.
 *
 * @param dir Nothing is left there.
 */
export async function signalUnderLoad(
  dir: string,
  { count }: { count: number },
): Promise<{ faults: string[]; summary: string }> {
  const cores = navigator.hardwareConcurrency;
  const busy = Array.from(
    { length: cores },
    () =>
      new Deno.Command(Deno.execPath(), {
        args: ["eval", "for (const end = Date.now() + 3.6e6; Date.now() < end;);"],
      }).spawn(),
  );
  const faults: string[] = [];
  const slowest = new Array<number>(PARTS).fill(0);
  let over = 0;
  const answers: number[] = [];
  try {
    const { duration } = await runWell(TRAIN, dir);
    for (let i = 0; i < count; i++) {
      for (const { name } of Deno.readDirSync(dir)) {
        if (name.startsWith("run")) await Deno.remove(`${dir}/${name}`, { recursive: true });
      }
      const signals = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[])
        .filter((signal) => signal !== "SIGKILL");
      const signal = signals[i % signals.length];
      // One moment in each part of the run as small as there are moments.
      const moment = (i + momentOf(1, i, "answered")) / count * duration;
      const stopped = await stopTask(TRAIN, dir, { signal, moment });
      const say = (fault: string) =>
        faults.push(`${signal} after ${Math.round(moment)} ms: ${fault}`);
      const fault = faultOf(stopped, signal);
      if (fault !== "") say(fault);
      if (stopped.isOver) {
        over++;
        continue;
      }
      const part = Math.floor(i / count * PARTS);
      answers.push(stopped.answer);
      slowest[part] = Math.max(slowest[part], stopped.answer);
      if (stopped.answer > ANSWER) say(`answered after ${Math.round(stopped.answer)} ms`);
    }
  } finally {
    for (const child of busy) child.kill("SIGKILL");
    await Promise.all(busy.map(({ status }) => status));
  }
  await Deno.remove(`${dir}/run`, { recursive: true }).catch(() => {});
  const median = answers.sort((a, b) => a - b)[Math.floor(answers.length / 2)];
  return {
    faults,
    summary: `signalled ${count} times beside ${cores} busy processes on ${cores} cores, load ${
      Deno.loadavg()[0].toFixed(1)
    }: median answer ${Math.round(median)} ms, slowest ${
      slowest.map(Math.round).join(", ")
    } ms in the fifths of the run, ${over} had ended`,
  };
}
