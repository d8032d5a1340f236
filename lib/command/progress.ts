import { platform } from "../platform/platform.ts";

/** How far work has come. */
export interface ProgressState {
  /** What is counted, such as `images` or `steps`. */
  readonly unit: string;
  readonly done: number;
  /** Undefined if it is unknown. */
  readonly total?: number;
  /** Units done by this process, for work that was resumed. @default {done} */
  readonly doneHere?: number;
  /** Time spent on `doneHere`, in seconds. */
  readonly seconds: number;
  /** Text before the bar, such as `epoch 3/20`. */
  readonly label?: string;
  /** Numbers after the bar, such as `{ loss: 123.4 }`. */
  readonly values?: Readonly<Record<string, number>>;
}

/** Where progress is written: `Deno.stderr` is one. */
export interface ProgressStream {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

const BAR_WIDTH = 24;

/** One line with bar, share, rate and time left: `epoch 3/20 [=====>    ] 56% loss 123.4 …`. */
export function formatBar(state: ProgressState): string {
  const { done, total, label, unit } = state;
  const parts: string[] = label === undefined ? [] : [label];
  if (total !== undefined && total > 0) {
    const share = Math.min(1, done / total);
    const filled = Math.round(share * BAR_WIDTH);
    const bar = "=".repeat(filled) + (filled < BAR_WIDTH ? ">" : "");
    parts.push(`[${bar.padEnd(BAR_WIDTH)}]`, `${Math.floor(share * 100)}%`.padStart(4));
  } else {
    parts.push(`${done} ${unit}`);
  }
  parts.push(...formatValues(state), ...formatRate(state));
  const left = secondsLeft(state);
  if (left !== undefined) parts.push(`${formatDuration(left)} left`);
  return parts.join(" ");
}

/** One line for finished work: `epoch 3/20 loss 123.4 52000 images/s 1m05s`. */
export function formatDone(state: ProgressState): string {
  const start = state.label ?? `${state.done} ${state.unit}`;
  return [start, ...formatValues(state), ...formatRate(state), formatDuration(state.seconds)]
    .join(" ");
}

/** A duration in words: `850ms`, `4.2s`, `1m05s`, `2h03m`. */
export function formatDuration(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
}

/** A number with 4 significant digits, more only before the point. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude < -4) return value.toExponential(2);
  return value.toFixed(Math.max(0, 3 - magnitude));
}

/**
 * Shows progress: on a terminal one line that is redrawn, elsewhere only the lines given to
 * {@linkcode Progress.finish}.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #interval: number;
  #drawn = -Infinity;
  #width = 0;

  /**
   * @param stream Where to write.
   * @param interval Minimum time between two redraws, in milliseconds.
   */
  constructor(stream: ProgressStream, interval: number = 100) {
    this.#stream = stream;
    this.#interval = interval;
  }

  /** Redraws the bar, at most once an interval. */
  update(state: ProgressState): void {
    const now = performance.now();
    if (!this.#stream.isTerminal() || now - this.#drawn < this.#interval) return;
    this.#drawn = now;
    // A line that is wider than the terminal would wrap, and \r would not reach its start.
    this.#draw(formatBar(state).slice(0, terminalWidth() - 1));
  }

  /** Replaces the bar by a line that stays. */
  finish(state: ProgressState): void {
    this.line(formatDone(state));
  }

  /** Replaces the bar by a line of any text. */
  line(text: string): void {
    this.#draw(text);
    this.#write("\n");
    this.#width = 0;
    this.#drawn = -Infinity;
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#width > 0) this.#draw("");
    this.#width = 0;
    this.#drawn = -Infinity;
  }

  #draw(text: string): void {
    if (!this.#stream.isTerminal()) return this.#write(text);
    // Back to the first column, the text, and an escape that clears the rest of the line.
    this.#write(`\r${text}\x1b[K`);
    this.#width = text.length;
  }

  #write(text: string): void {
    this.#stream.writeSync(new TextEncoder().encode(text));
  }
}

function terminalWidth(): number {
  try {
    return platform.consoleSize().columns;
  } catch {
    return 80; // the stream is not what Deno takes for the console
  }
}

function formatValues({ values = {} }: ProgressState): string[] {
  return Object.entries(values).map(([name, value]) => `${name} ${formatNumber(value)}`);
}

function formatRate({ done, doneHere = done, seconds, unit }: ProgressState): string[] {
  if (seconds <= 0 || doneHere === 0) return [];
  const rate = doneHere / seconds;
  return [`${rate < 10 ? formatNumber(rate) : Math.round(rate)} ${unit}/s`];
}

function secondsLeft(
  { done, total, doneHere = done, seconds }: ProgressState,
): number | undefined {
  if (total === undefined || doneHere === 0 || seconds <= 0) return undefined;
  return Math.max(0, total - done) * seconds / doneHere;
}
