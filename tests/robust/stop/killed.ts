import { readRun, RUN_FILES } from "../../../lib/run/run_folder.ts";
import {
  differencesOf,
  faultOf,
  hashesIn,
  isThere,
  momentOf,
  namesIn,
  runTask,
  runWell,
  stopTask,
  type Words,
} from "./processes.ts";

const QUICK = "--train train.npz --hidden 16 --cluster-epochs 2 --batch-size 20 --threads 1";

const split = (line: string) => line.split(" ") as unknown as Words;

/** Commands with what they write, and what is added where they are done again. */
const COMMANDS: readonly { words: Words; out: string; again?: string[] }[] = [
  { words: split(`train --model vae ${QUICK} --epochs 60 --out new`), out: "new" },
  { words: split(`train --model vae ${QUICK} --epochs 60 --out run --force`), out: "run" },
  { words: split("classify train.npz --run run --out labels.csv"), out: "labels.csv" },
  { words: split("reconstruct train.npz --run run --out errors.csv"), out: "errors.csv" },
  { words: split("report --run run"), out: "run/report.html" },
  { words: split(`study beta ${QUICK} --epochs 4 --out study`), out: "study" },
];

/**
 * Kills commands at random moments: a run that was there is never lost, what is written is whole or
 * absent, and the command can be done again, after which nothing is left over.
 *
 * @param dir Holds `train.npz`, and nothing is left there.
 */
export async function killAndRepeat(
  dir: string,
  { count }: { count: number },
): Promise<{ faults: string[]; summary: string }> {
  await runWell(split(`train --model vae ${QUICK} --epochs 60 --out run`), dir);
  const inputs = namesIn(dir);
  const faults: string[] = [];
  const seen = { lost: 0, partial: 0, leftOver: 0, over: 0 };
  for (let at = 0; at < COMMANDS.length; at++) {
    const { words, out } = COMMANDS[at];
    const path = `${dir}/${out}`;
    const clear = async () => {
      if (!out.startsWith("run")) await Deno.remove(path, { recursive: true });
    };
    const { duration } = await runWell(words, dir);
    const names = namesIn(dir);
    const whole = await hashesIn(dir);
    await clear();
    for (let i = at; i < count; i += COMMANDS.length) {
      const moment = momentOf(duration, i, "killed");
      const say = (fault: string) =>
        faults.push(`${words.join(" ")}: killed after ${Math.round(moment)} ms: ${fault}`);
      const stopped = await stopTask(words, dir, { signal: "SIGKILL", moment });
      if (stopped.isOver) seen.over++;
      const fault = faultOf(stopped, "SIGKILL");
      if (fault !== "") say(fault);
      const lost = await lostOf(dir, await isThere(`${dir}/run`) ? "run" : "run.tmp-replaced");
      if (lost !== undefined) {
        seen.lost++;
        say(`the run is lost: ${lost}`);
      }
      if (out === "new" && await isThere(path)) {
        const partial = await lostOf(dir, out);
        if (partial !== undefined) {
          seen.partial++;
          say(`a partial folder: ${partial}`);
        }
      }
      const ended = await runTask(await againAs(words, path), dir);
      if (ended.code !== 0) say(`doing it again failed: ${ended.stderr}`);
      const difference = differencesOf(await hashesIn(dir), whole);
      if (difference.length > 0) say(`another ${difference}`);
      if (namesIn(dir) !== names) {
        seen.leftOver++;
        say(`it leaves ${namesIn(dir)}`);
      }
      await clear();
      if (namesIn(dir) !== inputs) say(`beside its output it leaves ${namesIn(dir)}`);
    }
  }
  await Deno.remove(`${dir}/run`, { recursive: true });
  return {
    faults,
    summary:
      `killed ${count} times: ${seen.lost} lost runs, ${seen.partial} partial folders, ${seen.leftOver} left-overs after the next run, ${seen.over} had ended`,
  };
}

/** How a user does a command again that was killed. */
async function againAs(words: Words, out: string): Promise<Words> {
  if (words[0] === "study" || words[0] === "report") return words;
  const others = words.filter((word) => word !== "--force");
  const hasFiles = await isThere(`${out}.partial`) &&
    [...Deno.readDirSync(`${out}.partial`)].some(({ name }) => name.endsWith(".npz"));
  const isOwn = words.includes("--force");
  const more = [
    ...isOwn || await isThere(out) ? ["--force"] : [],
    ...hasFiles ? ["--resume"] : [],
  ];
  return [...others, ...more] as unknown as Words;
}

/** What a run lacks of what its manifest lists, but for the report that is written after it. */
async function lostOf(dir: string, name: string): Promise<string | undefined> {
  try {
    const run = await readRun(`${dir}/${name}`);
    for (const file of Object.keys(run.manifest.files)) {
      if (file === RUN_FILES.report || file.startsWith(`${RUN_FILES.plots}/`)) continue;
      await run.read(file);
    }
  } catch (error) {
    return (error as Error).message;
  }
}
