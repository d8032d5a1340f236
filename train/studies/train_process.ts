import { formatFlags } from "../../lib/command/flags.ts";
import { adviseOnSignal, isEnding, passSignals } from "../../lib/command/interruption.ts";
import { InputError } from "../../lib/input_error.ts";
import { taskCommand } from "../../lib/setup/task_command.ts";
import { program } from "../main.ts";
import type { EpochLog } from "../core/callbacks.ts";
import type { Train } from "./train_all.ts";
import { platform } from "../../lib/platform/platform.ts";

/** A training failed by no fault of its options: another attempt may succeed. */
export class CrashError extends InputError {}

/** Lines of a training that failed which are kept. */
const KEPT_LINES = 4;

/**
 * Trains in a process of its own, by the command `train --json`: a crash ends that process alone, and
 * what ends this one ends it too.
 *
 * @throws {InputError} If the training fails, with its last lines.
 */
export const trainProcess: Train = async (values, { onEpoch } = {}) => {
  const { options } = program.select!(["--model", String(values.model)]);
  const { program: command, args } = await taskCommand("train");
  const child = new platform.Command(command, {
    args: [...args, ...formatFlags({ ...values, json: true }, options)],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stopPassing = passSignals(child);
  adviseOnSignal("the same command goes on where it was");
  const said: string[] = [];
  let stopped = false;
  for await (const line of linesOf(child.stderr)) {
    if (line.startsWith("{")) {
      if (onEpoch?.(JSON.parse(line) as EpochLog) !== false || stopped) continue;
      stopped = true;
      child.kill("SIGTERM");
    } else if (line !== "") said.push(line);
  }
  const { code, signal } = await child.status;
  stopPassing();
  // This process ends too: whoever waits for the training is to start no other.
  if (isEnding()) return await new Promise(() => {});
  if (code === 0 || stopped) return;
  const last = said.slice(-KEPT_LINES).join("\n");
  if (signal !== null) throw new CrashError(`its process was ended by ${signal}\n${last}`);
  throw code === 1 ? new InputError(last) : new CrashError(last);
};

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest;
}
