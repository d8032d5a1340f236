import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import type { Diagnosis } from "./diagnosis.ts";
import { DEVICE_NAMES } from "../../lib/runtime/device.ts";
import { type ProbeRun, runProbe } from "./run_probe.ts";
import { assemble } from "./assemble.ts";
import { type Answer, LOADING, type Message } from "./message.ts";
import { ENGINE_PROBES } from "./probes.ts";

/** Where an examination stands. */
export interface DiagnosisProgress {
  /** What is looked at, such as `device cuda, training`. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** Options for {@linkcode diagnose}. */
export interface DiagnoseOptions {
  /** Leaves the speed figures out. @default {false} */
  quick?: boolean;
  /** Milliseconds that one probe may take. @default {100_000} */
  limit?: number;
  /** The program that probes. @default {train/doctor/probe/main.ts} */
  program?: URL;
  onProgress?: (progress: DiagnosisProgress) => void;
}

/** Fetching what is missing may take long; it is no fault of what is probed. */
const FETCH_LIMIT = 30 * 60_000;

const CONFIG = `--config=${fileURLToPath(new URL("../../deno.json", import.meta.url))}`;

/** What helps where a package does not load: its files came broken or were changed. */
const FETCH_AGAIN = "deno cache --reload=npm: train/main.ts fetches the packages again";

/** What the task that trains may do: what works with this works there. */
const PERMISSIONS = config.tasks.train.command.split(" ")
  .filter((word) => word.startsWith("--allow-"));

/**
 * Finds out what this machine has: each engine and each device in a process of its own, one after
 * another, so that none disturbs another's speed. Never throws.
 */
export async function diagnose({
  quick = false,
  limit = 100_000,
  program = new URL("probe/main.ts", import.meta.url),
  onProgress = () => {},
}: DiagnoseOptions = {}): Promise<Diagnosis> {
  const total = 3 + DEVICE_NAMES.length + ENGINE_PROBES.length;
  let done = 0;
  const probe = async (words: readonly string[], permissions = PERMISSIONS) => {
    const label = words.join(" ");
    onProgress({ label, done, total });
    const args = ["run", "--quiet", "--no-prompt", CONFIG, ...permissions, program.href, ...words];
    const run = await runProbe(quick ? [...args, "--quick"] : args, {
      limit,
      onMessage: (message) => {
        const { stage } = message as Message;
        if (stage !== undefined) onProgress({ label: `${label}, ${stage}`, done, total });
      },
    });
    done++;
    return run;
  };

  onProgress({ label: "packages", done, total });
  await runProbe(["cache", CONFIG, program.href], { limit: FETCH_LIMIT });
  done++;
  // Deno lets only programs with every permission read /proc.
  const machine = messageOf(await probe(["machine"], ["--allow-all"]), "machine") ?? null;
  const auto = messageOf(await probe(["auto"]), "auto") ?? null;
  const devices: Record<string, Answer> = {};
  for (const name of DEVICE_NAMES) devices[name] = answerOf(await probe(["device", name]));
  const engines: Answer[] = [];
  for (const { name, backend } of ENGINE_PROBES) {
    const words = ["engine", name, ...backend === null ? [] : [backend]];
    engines.push(answerOf(await probe(words)));
  }
  return assemble({ machine, auto, devices, engines });
}

/** The last message of a kind, if the probe came so far. */
function messageOf<K extends keyof Message>(
  { messages }: ProbeRun,
  kind: K,
): Message[K] | undefined {
  return (messages as Message[]).findLast((message) => message[kind] !== undefined)?.[kind];
}

/** What a probe answered; where its process ended without, that is the answer. */
function answerOf(run: ProbeRun): Answer {
  const answer = messageOf(run, "answer");
  if (answer === undefined) {
    const stage = messageOf(run, "stage");
    const fault = run.fault ?? "its process ended without an answer";
    return {
      works: false,
      reason: stage === undefined ? fault : `while ${stage}, ${fault}`,
      fix: stage === LOADING ? FETCH_AGAIN : undefined,
    };
  }
  if (run.fault === undefined || !answer.works) return answer;
  return { ...answer, reason: `${run.fault}, after it had done its work` };
}
