import { fileURLToPath } from "node:url";

/** A process that measures on demand. */
export interface Peer {
  /** The version of what it measures, as its first line says. */
  readonly version: string;
  /** All that its first line says. */
  readonly hello: Readonly<Record<string, unknown>>;
  /**
   * Sends a line and gives the JSON that is answered.
   *
   * @throws {Error} If the answer is `{"error": …}`, or there is none.
   */
  ask<T>(line: string): Promise<T>;
  stop(): Promise<void>;
}

/** Milliseconds after which a process that was told to stop is ended. */
const PATIENCE = 10_000;

/** Options for {@linkcode startPeer}. */
export interface PeerOptions {
  /** @default {[]} */
  args?: readonly string[];
  /** Variables beside those of this process. @default {{}} */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which an answer is given up and the process ended. @default {Infinity} */
  limit?: number;
}

/**
 * Starts a Python script of `bench/peers/`. It prints `{"version": …}` when it is ready, and one
 * line of JSON for each line that it is sent.
 *
 * @throws {Error} If it ends before it answers, as it does where its library is missing.
 */
export async function startPeer(script: string, options: PeerOptions = {}): Promise<Peer> {
  const python = Deno.env.get("GLIMPSE_PYTHON") ?? "python3";
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  return await start([python, path], { ...options, name: script });
}

/** Starts a program of ours that speaks as the scripts of {@linkcode startPeer} do. */
export async function startWorker(program: URL, options: PeerOptions = {}): Promise<Peer> {
  const path = fileURLToPath(program);
  const name = path.split(/[\\/]/).slice(-2).join("/");
  return await start([Deno.execPath(), "run", "-A", path], { ...options, name });
}

async function start(
  [command, ...words]: readonly string[],
  { args = [], env = {}, limit = Infinity, name }: PeerOptions & { name: string },
): Promise<Peer> {
  const process = new Deno.Command(command, {
    args: [...words, ...args],
    env,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = process.stdin.getWriter();
  let text = "";
  const readLine = async () => {
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) {
        const { code, signal } = await process.status;
        const how = signal === null ? `with code ${code}` : `by ${signal}`;
        throw new Error(`Cannot measure: ${name} ended ${how}, its reason stands above`);
      }
      text += value;
    }
    const end = text.indexOf("\n");
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return line;
  };
  const readAnswer = async () => {
    for (;;) {
      const answer = parse(await readLine());
      if (answer === undefined) continue;
      const { error } = Object(answer);
      if (error === undefined) return answer;
      throw new Error(`Cannot measure: ${error}`);
    }
  };
  const withLimit = async <T>(work: () => Promise<T>): Promise<T> => {
    if (limit === Infinity) return await work();
    const timer = setTimeout(() => process.kill("SIGKILL"), limit);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  };
  const hello = await withLimit(readAnswer) as Record<string, unknown>;
  return {
    version: String(hello.version),
    hello,
    ask: <T>(line: string) =>
      withLimit(async () => {
        // A process that has ended reads nothing; readAnswer() says how it ended.
        await writer.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
        return await readAnswer() as T;
      }),
    stop: async () => {
      await writer.close().catch(() => {}); // it may have ended before
      const timer = setTimeout(() => process.kill("SIGKILL"), PATIENCE);
      await process.status;
      clearTimeout(timer);
    },
  };
}

/** A line of JSON; `undefined` for what a library prints in between. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
