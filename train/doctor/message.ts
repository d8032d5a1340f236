import type { Machine } from "./diagnosis.ts";

/** The first stage of every probe: its packages are being loaded. */
export const LOADING = "loading";

/** What a probe says on its way or at its end: one of these. */
export interface Message {
  /** What it does from now on, as it stands behind "while". */
  readonly stage?: string;
  /** Of the probe `machine`. */
  readonly machine?: Machine;
  /** Of the probe `auto`: what `--engine auto` and `--device auto` take. */
  readonly auto?: Choice;
  /** Of the probes of engines and devices. */
  readonly answer?: Answer;
}

/** What `auto` takes. */
export interface Choice {
  readonly engine: string;
  readonly device: string;
}

/** What a probe of an engine or a device found out; what it does not know is left out. */
export interface Answer {
  readonly works: boolean;
  readonly detail?: string | undefined;
  readonly reason?: string | undefined;
  readonly fix?: string | undefined;
  /** Of a device: whether a training step works there too. */
  readonly trains?: boolean;
  /** Images per second. */
  readonly trainingSpeed?: number;
  /** Images per second. */
  readonly inferenceSpeed?: number;
  /** The versions of what it loaded. */
  readonly versions?: Readonly<Record<string, string>>;
}
