import config from "../deno.json" with { type: "json" };
import { fileURLToPath } from "node:url";
import { passSignals } from "../lib/command/interruption.ts";
import { denoCommand } from "../lib/setup/deno_command.ts";
import { platform } from "../lib/platform/platform.ts";

/** The permissions that the task `train` has. */
const TRAIN_PERMISSIONS = config.tasks.train.command.split(" ").filter((word) =>
  word.startsWith("--allow-")
);

/**
 * Trains by the command `train`, in a process of its own: it and the commands of runs meet only in
 * the run folder.
 *
 * @param flags What follows `train`.
 * @returns The exit code.
 */
export async function runTraining(flags: readonly string[]): Promise<number> {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const program = ["--config", `${root}deno.json`, ...TRAIN_PERMISSIONS, `${root}train/main.ts`];
  const child = new platform.Command(await denoCommand(), { args: ["run", ...program, ...flags] })
    .spawn();
  const stopPassing = passSignals(child);
  const { code } = await child.status;
  stopPassing();
  return code;
}
