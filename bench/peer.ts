/** A Python process that measures on demand. */
export interface Peer {
  /** The version of what it measures, as its first line says. */
  readonly version: string;
  /** Sends a line and gives the JSON that is answered. */
  ask<T>(line: string): Promise<T>;
  stop(): Promise<void>;
}

/**
 * Starts a script of `bench/peers/`. It prints `{"version": …}` when it is ready, and one line of
 * JSON for each line that it is sent.
 *
 * @throws {Error} If it ends before it answers, as it does where its library is missing.
 */
export async function startPeer(
  script: string,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<Peer> {
  const process = new Deno.Command(Deno.env.get("GLIMPSE_PYTHON") ?? "python3", {
    args: [new URL(`peers/${script}`, import.meta.url).pathname, ...args],
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
      if (done) throw new Error(`Cannot measure: ${script} ended, its reason stands above`);
      text += value;
    }
    const end = text.indexOf("\n");
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return JSON.parse(line);
  };
  const { version } = await readLine();
  return {
    version,
    ask: async (line) => {
      await writer.write(new TextEncoder().encode(`${line}\n`));
      return await readLine();
    },
    stop: async () => {
      await writer.close();
      await process.status;
    },
  };
}
