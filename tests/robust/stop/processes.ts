import { fileURLToPath } from "node:url";
import config from "../../../deno.json" with { type: "json" };
import { Random } from "../../../lib/array/random.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The exit code of a process that each signal ends. */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 137 } as const;

/** A command line: the name of a task, and what follows it. */
export type Words = readonly [
  task: "train" | "study" | "classify" | "reconstruct" | "report",
  ...args: string[],
];

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly stderr: string;
  /** Of the process, in milliseconds. */
  readonly duration: number;
}

/** How a process ended that was stopped. */
export interface Stopped extends Ended {
  /** Whether it had ended before. */
  readonly isOver: boolean;
  /** What went by between signal and end, in milliseconds. */
  readonly answer: number;
}

/** Starts a task in a process of its own, without `deno task` around it. */
function start([task, ...args]: Words, cwd: string): Deno.ChildProcess {
  const [, , ...words] = config.tasks[task].command.split(" ");
  const at = words.findIndex((word) => word.endsWith(".ts"));
  return new Deno.Command(Deno.execPath(), {
    args: [
      ..."run --no-prompt --config".split(" "),
      `${ROOT}deno.json`,
      ...words.slice(0, at),
      ROOT + words[at],
      ...words.slice(at + 1),
      ...args,
    ],
    cwd,
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Runs a task to its end. */
export async function runTask(words: Words, cwd: string): Promise<Ended> {
  const began = performance.now();
  const { code, stderr } = await start(words, cwd).output();
  return {
    code,
    stderr: new TextDecoder().decode(stderr),
    duration: performance.now() - began,
  };
}

/** Runs a task that must not fail. */
export async function runWell(words: Words, cwd: string): Promise<Ended> {
  const ended = await runTask(words, cwd);
  if (ended.code !== 0) throw new Error(`${words.join(" ")}: ${ended.stderr}`);
  return ended;
}

/** Stops a task by a signal after some milliseconds. */
export async function stopTask(
  words: Words,
  cwd: string,
  { signal, moment }: { signal: keyof typeof SIGNALS; moment: number },
): Promise<Stopped> {
  const began = performance.now();
  const child = start(words, cwd);
  const output = child.output();
  let isOver = false;
  output.then(() => isOver = true);
  await new Promise((resolve) => setTimeout(resolve, moment));
  const wasOver = isOver;
  const at = performance.now();
  if (!wasOver) child.kill(signal);
  const { code, stderr } = await output;
  return {
    isOver: wasOver,
    code,
    stderr: new TextDecoder().decode(stderr),
    answer: performance.now() - at,
    duration: performance.now() - began,
  };
}

/** What is wrong with how a stopped task ended. */
export function faultOf({ code, stderr, isOver }: Stopped, signal: keyof typeof SIGNALS): string {
  if (/bug in Glimpse|\n {4}at /.test(stderr)) return stderr;
  // It may end by itself just then.
  const isRight = code === 0 || !isOver && code === SIGNALS[signal];
  return isRight ? "" : `exit code ${code}: ${stderr}`;
}

/** A moment within a duration, from a seed. */
export function momentOf(duration: number, seed: number, name: string): number {
  return new Random(seed, name).uniform() * duration;
}

/** The names in a folder, sorted. */
export function namesIn(dir: string): string {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort().join();
}

/** The hash of each file below a folder whose bytes no time decides, by its path. */
export async function hashesIn(dir: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    if (/^(manifest\.json|report\.html|plots)$/.test(name)) continue;
    if (isDirectory) {
      for (const [path, hash] of Object.entries(await hashesIn(`${dir}/${name}`))) {
        hashes[`${name}/${path}`] = hash;
      }
      continue;
    }
    let bytes = await Deno.readFile(`${dir}/${name}`);
    if (name === "history.csv") {
      const rows = new TextDecoder().decode(bytes).split("\n").map((row) => row.split(","));
      const speed = rows[0].indexOf("imagesPerSecond");
      bytes = new TextEncoder().encode(rows.map((row) => row.toSpliced(speed, 1)).join("\n"));
    }
    hashes[name] = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  }
  return hashes;
}

/** The files of which one of two folders has others. */
export function differencesOf(
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): string[] {
  return [...new Set([...Object.keys(found), ...Object.keys(expected)])]
    .filter((name) => found[name] !== expected[name]);
}

/** Whether something stands at a path. */
export async function isThere(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
