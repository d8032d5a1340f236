import { denoCommand } from "../../lib/setup/deno_command.ts";
/** What a process said before it ended, and how it ended. */
export interface ProbeRun {
  /** The messages of {@linkcode formatMessage} on its standard output, in order. */
  readonly messages: readonly unknown[];
  /** Why it did not end well, as the end of a sentence; absent if it ended with code 0. */
  readonly fault?: string;
}

/** Starts a line that is a message: native libraries print whatever they like around it. */
const MARK = "glimpse-probe ";

/** How much of what a process writes to standard error is kept: its end, in characters. */
const KEPT_CHARACTERS = 4000;

/** A message of a probe as what it prints: on a line of its own, whatever was printed before. */
export function formatMessage(message: unknown): string {
  return `\n${MARK}${JSON.stringify(message)}`;
}

/**
 * Runs Deno in a process of its own, which may crash, hang or print noise, and never throws.
 *
 * @param args The arguments of Deno: `run`, flags, a program.
 * @param options.limit Milliseconds after which it is killed.
 * @param options.onMessage Is called with each message as it comes.
 */
export async function runProbe(
  args: readonly string[],
  { limit, onMessage }: { limit: number; onMessage?: (message: unknown) => void },
): Promise<ProbeRun> {
  const messages: unknown[] = [];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(await denoCommand(), {
      args: [...args],
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    return { messages, fault: `its process could not be started: ${messageOf(error)}` };
  }
  let hasTimedOut = false;
  const timer = setTimeout(() => {
    hasTimedOut = true;
    kill(child);
  }, limit);

  let noise = "";
  const closing = new AbortController();
  const reading = Promise.all([
    readLines(child.stdout, closing.signal, (line) => {
      const message = parseMessage(line);
      if (message === undefined) return;
      messages.push(message);
      onMessage?.(message);
    }),
    readLines(child.stderr, closing.signal, (line) => {
      noise = `${noise}\n${line}`.slice(-KEPT_CHARACTERS);
    }),
  ]);
  const status = await child.status;
  clearTimeout(timer);
  // Processes that the probe started may outlive it and hold its pipes open.
  const patience = setTimeout(() => closing.abort(), 1000);
  await reading;
  clearTimeout(patience);
  if (hasTimedOut) return { messages, fault: `it had not answered after ${limit / 1000} s` };
  if (status.success) return { messages };
  return { messages, fault: `its process ${describeEnd(status, noise)}` };
}

/** `ended by SIGSEGV`, or `ended with code 1: REASON`. */
function describeEnd({ code, signal }: Deno.CommandStatus, noise: string): string {
  if (signal !== null) return `ended by ${signal}`;
  const lines = noise.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  // An uncaught error comes before the stack and the advice of Deno; others say it last.
  const reason = lines.findLast((line) => line.startsWith("error: ")) ?? lines.at(-1);
  if (reason === undefined) return `ended with code ${code}`;
  const text = reason.replace(/^error: (Uncaught )?(\(in promise\) )?/, "");
  return `ended with code ${code}: ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
}

function parseMessage(line: string): unknown {
  const start = line.indexOf(MARK);
  if (start < 0) return undefined;
  try {
    return JSON.parse(line.slice(start + MARK.length));
  } catch {
    return undefined; // another thread printed in between
  }
}

/** Reads to the end of a stream or until it is called off. */
async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  let text = "";
  try {
    const parts: ReadableStream<string> = stream.pipeThrough(new TextDecoderStream(), { signal });
    for await (const part of parts) {
      const lines = (text + part).split("\n");
      // A line without an end is noise: only its last part is kept.
      text = lines.pop()!.slice(-1_000_000);
      lines.forEach(onLine);
    }
  } catch {
    // What has been read is all there is.
  }
  onLine(text);
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It ended at this moment.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
