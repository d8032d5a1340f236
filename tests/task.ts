import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** A task of `deno.json` that was started with the permissions that it has there. */
export function startTask(
  name: "classify" | "doctor" | "explore" | "label" | "serve" | "train",
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const { command } = config.tasks[name];
  const [, run, ...words] = command.split(" ");
  return new Deno.Command(Deno.execPath(), {
    args: [run, "--no-prompt", ...words, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** A page that is served. */
export interface ServedPage {
  /** Such as `http://127.0.0.1:8000/`. */
  readonly address: string;
  readonly port: number;
  /** Ends the server as Ctrl-C does, or by another signal, and says with which code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

/** Starts `deno task explore` as {@linkcode startPage} does. */
export function startExplore(run: string): Promise<ServedPage> {
  return startPage("explore", ["--run", run]);
}

/**
 * Starts a task that serves a page, and waits until it has printed its address.
 *
 * @throws {Error} With what it said, if it ended instead.
 */
export async function startPage(
  task: "explore" | "label",
  args: readonly string[],
): Promise<ServedPage> {
  const child = startTask(task, args);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(await new Response(child.stderr).text());
    text += value;
  }
  const [address, port] = text.match(/http:\/\/127\.0\.0\.1:(\d+)\//)!;
  return {
    address,
    port: Number(port),
    async stop(signal = "SIGINT") {
      child.kill(signal);
      const { code } = await child.status;
      await reader.cancel();
      await child.stderr.cancel();
      return code;
    },
  };
}
