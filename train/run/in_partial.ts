import { type Host, writeLine } from "../../lib/command/command.ts";
import { adviseOnSignal } from "../../lib/command/interruption.ts";
import { InputError } from "../../lib/input_error.ts";
import type { PartialRun } from "./partial_run.ts";

/**
 * Trains in the folder of an unfinished training, which is removed at the end. If training fails or
 * a signal ends it, what was reached stays there, and the user is told how to go on.
 */
export async function inPartial<T>(
  partial: PartialRun,
  { out, host }: { out: string; host: Host },
  train: (partial: PartialRun) => Promise<T>,
): Promise<T> {
  const goOn = `to go on: ${resumeCommand(out, host)}`;
  const begun = await partial.epoch();
  if (begun > 0) {
    host.print(`going on after epoch ${begun} of ${partial.dir}`);
    adviseOnSignal(goOn);
  }
  try {
    const result = await train({
      ...partial,
      keep() {
        partial.keep();
        adviseOnSignal(goOn);
      },
    });
    await partial.remove();
    adviseOnSignal();
    return result;
  } catch (error) {
    const epoch = await partial.epoch();
    if (epoch === 0) {
      await partial.remove();
      throw error;
    }
    partial.close();
    const kept = [`epoch ${epoch}`, ...partial.models()].join(", ");
    const line = `what was trained is kept in ${partial.dir} (${kept}); ${goOn}`;
    // The error comes first.
    if (error instanceof InputError) throw new InputError(`${error.message}\n${line}`);
    writeLine(host, line);
    throw error;
  }
}

/** The command that goes on with a training; a study goes on by itself. */
function resumeCommand(out: string, { args, task = "train" }: Host): string {
  const isOut = (arg: string) => arg === "--out" || arg.startsWith("--out=");
  const words = [
    ...args,
    ...task !== "train" || args.some(isOut) ? [] : ["--out", out],
    ...task !== "train" || args.includes("--resume") ? [] : ["--resume"],
  ];
  return [...`deno task ${task}`.split(" "), ...words].map(quoted).join(" ");
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
