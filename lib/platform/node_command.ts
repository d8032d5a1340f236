import { spawn } from "node:child_process";
import process from "node:process";
import { Readable } from "node:stream";

interface CommandOptions {
  args?: string[];
  cwd?: string;
  env?: Record<string, string>;
  stdin?: Stdio;
  stdout?: Stdio;
  stderr?: Stdio;
}

type Stdio = "piped" | "inherit" | "null";

/** A program that Node.js starts, with what is used of Deno's `Command`. */
export class Command {
  readonly #program: string;
  readonly #options: CommandOptions;

  constructor(program: string, options: CommandOptions = {}) {
    this.#program = program;
    this.#options = options;
  }

  spawn() {
    const { args = [], cwd, env, stdin = "inherit", stdout = "inherit", stderr = "inherit" } =
      this.#options;
    const stdio = [stdin, stdout, stderr].map((way) =>
      way === "null" ? "ignore" : way === "piped" ? "pipe" : way
    );
    const child = spawn(this.#program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: stdio as "pipe"[],
    });
    const status = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ success: code === 0, code, signal }));
    });
    const webOf = (stream: Readable | null) => stream === null ? null : Readable.toWeb(stream);
    return {
      status,
      stdout: webOf(child.stdout),
      stderr: webOf(child.stderr),
      kill: (signal?: NodeJS.Signals) => child.kill(signal),
    };
  }

  async output() {
    const { stdout = "piped", stderr = "piped", stdin = "null", ...options } = this.#options;
    const child = new Command(this.#program, { ...options, stdin, stdout, stderr }).spawn();
    const allOf = async (stream: unknown) =>
      stream === null
        ? new Uint8Array()
        : new Uint8Array(await new Response(stream as ReadableStream).arrayBuffer());
    const [out, error, status] = await Promise.all([
      allOf(child.stdout),
      allOf(child.stderr),
      child.status,
    ]);
    return { ...status as object, stdout: out, stderr: error };
  }
}
