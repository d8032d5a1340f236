import { passSignals } from "../lib/command/interruption.ts";
import { taskCommand } from "../lib/setup/task_command.ts";
import { platform } from "../lib/platform/platform.ts";

/**
 * Trains by the command `train`, in a process of its own: it and the commands of runs meet only in
 * the run folder.
 *
 * @param flags What follows `train`.
 * @returns The exit code.
 */
export async function runTraining(flags: readonly string[]): Promise<number> {
  const { program, args } = await taskCommand("train");
  const child = new platform.Command(program, { args: [...args, ...flags] }).spawn();
  const stopPassing = passSignals(child);
  const { code } = await child.status;
  stopPassing();
  return code;
}
