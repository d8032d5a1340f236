import { removeTemporaries } from "../files/temporaries.ts";
import { type ChildProcess, platform, type Signal } from "../platform/platform.ts";

/** The exit code of each signal that is answered: 128 and its number, as in shells. */
export const EXIT_CODES: Partial<Readonly<Record<Signal, number>>> = platform.build.os === "windows"
  ? { SIGINT: 130 }
  : { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** What the thread that watches is told. */
export interface WatchMessage {
  /** What it says when it ends the process. */
  readonly advice?: string;
  /** Its first element becomes 1 once the main thread has heard a signal. */
  readonly heard?: Int32Array;
}

/** Options for {@linkcode listenForSignals}. */
export interface ListenOptions {
  /** Writes a line to standard error. */
  say(line: string): void;
  exit(code: number): void;
  /** Answer also while the main thread computes. @default {false} */
  watched?: boolean;
}

let advice = "";
let watcher: Worker | undefined;
const hooks = new Set<(signal: Signal) => Promise<void>>();

let ending = false;

/** Whether a signal was heard that ends the process: nothing new is to be started. */
export function isEnding(): boolean {
  return ending;
}

/** Sets the line that a signal prints, such as how to go on; nothing is printed without. */
export function adviseOnSignal(line = ""): void {
  advice = line;
  watcher?.postMessage({ advice } satisfies WatchMessage);
}

/**
 * Calls a function on each signal, before the process ends; a second signal does not wait for it.
 *
 * @returns A function that takes it back.
 */
export function onSignal(hook: (signal: Signal) => Promise<void>): () => void {
  hooks.add(hook);
  return () => hooks.delete(hook);
}

/** How long a terminal's Ctrl-C, which it sends to all processes, has to arrive. */
const CTRL_C_MS = 700;

/**
 * Passes signals on to a process and waits for its end. A terminal sends Ctrl-C to both: a second one
 * would end the process before it has tidied up.
 *
 * @returns A function that ends the passing.
 */
export function passSignals(child: ChildProcess): () => void {
  return onSignal(async (signal) => {
    const isSentToBoth = signal === "SIGINT" && platform.stdin.isTerminal();
    const timer = setTimeout(() => child.kill(signal), isSentToBoth ? CTRL_C_MS : 0);
    await child.status;
    clearTimeout(timer);
  });
}

/**
 * Ends the process on Ctrl-C, SIGTERM and SIGHUP: removes what is half-written, prints the advice,
 * exits with 128 and the signal's number. A second signal ends it at once.
 *
 * @returns A function that stops listening.
 */
export async function listenForSignals(
  { say, exit, watched = false }: ListenOptions,
): Promise<() => void> {
  adviseOnSignal();
  ending = false;
  const heard = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  if (watched) await startWatcher(heard);
  const listeners = (Object.entries(EXIT_CODES) as [Signal, number][]).map(
    ([signal, code]) => {
      const listener = async () => {
        ending = true;
        const isFirst = Atomics.exchange(heard, 0, 1) === 0;
        const passed = Promise.all([...hooks].map((hook) => hook(signal)));
        if (isFirst) {
          await passed;
          removeTemporaries();
          if (advice !== "") say(advice);
        }
        exit(code);
      };
      platform.addSignalListener(signal, listener);
      return () => platform.removeSignalListener(signal, listener);
    },
  );
  return () => {
    listeners.forEach((stop) => stop());
    watcher?.terminate();
    watcher = undefined;
  };
}

/** Starts the thread that answers where the main thread cannot; it calls the C library to exit. */
async function startWatcher(heard: Int32Array): Promise<void> {
  const { state } = await platform.permissions.query({ name: "ffi" });
  if (state !== "granted" || platform.build.os === "windows" || !platform.dlopen) return;
  watcher = new Worker(new URL("./signal_watcher.ts", import.meta.url), { type: "module" });
  // Without it the main thread still answers, where it is free to.
  watcher.addEventListener("error", (event) => event.preventDefault());
  watcher.postMessage({ heard } satisfies WatchMessage);
}
