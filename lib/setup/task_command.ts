import { fileURLToPath } from "node:url";
import process from "node:process";
import config from "../../deno.json" with { type: "json" };
import { platform } from "../platform/platform.ts";
import { denoCommand } from "./deno_command.ts";

/**
 * How a task of `deno.json` is started in a process of its own, with the permissions that it has; in
 * the npm package, as a sub-command of the program that runs.
 */
export async function taskCommand(
  task: "train",
): Promise<{ program: string; args: readonly string[] }> {
  if (platform.runtime[0] === "node") {
    return { program: process.execPath, args: [process.argv[1], task] };
  }
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const words = config.tasks[task].command.split(" ");
  const permissions = words.filter((word) => word.startsWith("--allow"));
  return {
    program: await denoCommand(),
    args: [
      ...["run", "--no-prompt", "--config", `${root}deno.json`, ...permissions],
      `${root}${words.at(-1)}`,
    ],
  };
}
