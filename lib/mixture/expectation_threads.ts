import { addExpectation, type Block, type HeldRows, newBlock } from "./expectation.ts";
import { BLOCK_ROWS } from "./kernels.ts";
import type { Density } from "./parameters.ts";
import { type Statistics, statisticsOf, sumsLength } from "./statistics.ts";

/** The most parts that rows are summed in. */
const PARTS = 64;

/** Rows of a part at least: some tenths of a millisecond. */
const LEAST_ROWS = 8 * BLOCK_ROWS;

/** Rows × components × features from which on an iteration takes longer than a thread to start. */
const LARGE = 1e6;

/** Milliseconds without a part done after which threads are given up: parts take far less. */
const PATIENCE = 20_000;

/** What threads share. */
export interface SharedExpectation {
  readonly data: HeldRows;
  /** Of the expectation that is being computed. */
  readonly density: Density;
  readonly shift: Float64Array;
  /** The sums of each part, `[parts, sumsLength(density)]`. */
  readonly sums: Float64Array;
  /** See {@linkcode STATE}. */
  readonly state: Int32Array;
}

/** Places in the state that threads share. */
export const STATE = {
  /** Grows with each expectation; {@linkcode CLOSED} at the end. */
  round: 0,
  /** The next part that is free to be taken. */
  next: 1,
  /** Parts that are done. */
  done: 2,
  /** 1 where the shift is not the means. */
  shifted: 3,
  /** 1 once a thread has failed, and left the part undone that it had taken. */
  failed: 4,
} as const;

/** The round that ends the threads. */
export const CLOSED = -1;

/**
 * The E step of some rows, again and again. Rows are summed in parts and the parts in their order,
 * so that the sums are the same to the last bit for any number of threads. A thread takes the next
 * part that is free; one that is late to start, or cannot, is not waited for. Where one dies with a
 * part that it has taken, the rest is computed without threads.
 */
export class Expectation {
  #shared: SharedExpectation;
  readonly #block: Block;
  #workers: readonly Worker[];
  readonly #patience: number;

  /**
   * @param options `threads` is the most to use, 0 for every core; `patience`: milliseconds without
   * a part done after which they are given up.
   */
  constructor(
    data: HeldRows,
    density: Density,
    { threads = 0, patience = PATIENCE }: { threads?: number; patience?: number } = {},
  ) {
    this.#patience = patience;
    const { rows: { count, features } } = data;
    const size = count * features * density.components;
    const others = size < LARGE || threads === 1 || !canShare()
      ? 0
      : (threads || navigator.hardwareConcurrency) - 1;
    const parts = Math.ceil(count / partRows(count));
    this.#shared = others === 0
      ? newShared(data, density, { parts, floats })
      : newShared(shareData(data), density, { parts, floats: shared });
    this.#block = newBlock(density);
    this.#workers = Array.from({ length: others }, () => startWorker(this.#shared));
  }

  /** @param shift As in {@linkcode addExpectation}. */
  of(density: Density, shift: Float64Array = density.means): Statistics {
    const { density: shared, sums, state } = this.#shared;
    shared.means.set(density.means);
    shared.factors.set(density.factors);
    shared.constants.set(density.constants);
    this.#shared.shift.set(shift);
    state[STATE.shifted] = shift === density.means ? 0 : 1;
    Atomics.store(state, STATE.done, 0);
    Atomics.store(state, STATE.next, 0);
    Atomics.add(state, STATE.round, 1);
    Atomics.notify(state, STATE.round);
    takeParts(this.#shared, this.#block);
    const length = sumsLength(density);
    const parts = sums.length / length;
    for (let done; (done = Atomics.load(state, STATE.done)) < parts;) {
      const isLate = Atomics.wait(state, STATE.done, done, this.#patience) === "timed-out";
      if (isLate && Atomics.load(state, STATE.done) === done) return this.#alone(density, shift);
    }
    if (Atomics.load(state, STATE.failed) === 1) return this.#alone(density, shift);
    const total = sums.slice(0, length);
    for (let part = 1; part < parts; part++) {
      for (let i = 0; i < length; i++) total[i] += sums[part * length + i];
    }
    return statisticsOf(total, density, shift);
  }

  /** Ends the threads, leaves to them what they may still write to, and computes without them. */
  #alone(density: Density, shift: Float64Array): Statistics {
    this.close();
    const parts = this.#shared.sums.length / sumsLength(density);
    this.#shared = newShared(this.#shared.data, density, { parts, floats });
    this.#workers = [];
    return this.of(density, shift);
  }

  /** Ends the threads. */
  close(): void {
    Atomics.store(this.#shared.state, STATE.round, CLOSED);
    Atomics.notify(this.#shared.state, STATE.round);
    for (const worker of this.#workers) worker.terminate();
  }
}

/** What threads share, or one has to itself, before there is a density. */
function newShared(
  data: HeldRows,
  density: Density,
  { parts, floats }: { parts: number; floats: (length: number) => Float64Array },
): SharedExpectation {
  const state = new Int32Array(floats(Object.keys(STATE).length).buffer);
  state[STATE.next] = parts; // none is free
  return {
    data,
    density: {
      ...density,
      means: floats(density.means.length),
      factors: floats(density.factors.length),
      constants: floats(density.components),
    },
    shift: floats(density.means.length),
    sums: floats(parts * sumsLength(density)),
    state,
  };
}

function floats(length: number): Float64Array {
  return new Float64Array(length);
}

/** Sums parts until none is free. */
export function takeParts(shared: SharedExpectation, block: Block): void {
  const { data, density, sums, state } = shared;
  const size = partRows(data.rows.count);
  const length = sumsLength(density);
  const parts = sums.length / length;
  for (let part; (part = Atomics.add(state, STATE.next, 1)) < parts;) {
    const range = { from: part * size, to: Math.min((part + 1) * size, data.rows.count) };
    const own = sums.subarray(part * length, (part + 1) * length).fill(0);
    const shift = state[STATE.shifted] === 1 ? shared.shift : density.means;
    addExpectation(data, density, { shift, range, block, sums: own });
    if (Atomics.add(state, STATE.done, 1) === parts - 1) Atomics.notify(state, STATE.done);
  }
}

/** Ends the waiting for a part that a thread has taken and cannot do. */
export function giveUp({ density, sums, state }: SharedExpectation): void {
  Atomics.store(state, STATE.failed, 1);
  Atomics.add(state, STATE.done, sums.length / sumsLength(density));
  Atomics.notify(state, STATE.done);
}

/** The size of parts, in whole blocks. */
function partRows(count: number): number {
  return Math.max(LEAST_ROWS, BLOCK_ROWS * Math.ceil(count / (PARTS * BLOCK_ROWS)));
}

/** Whether threads can be started that share memory with this one, which may wait for them. */
function canShare(): boolean {
  if (typeof Worker === "undefined" || typeof SharedArrayBuffer === "undefined") return false;
  try {
    const { protocol, pathname } = workerUrl();
    if (protocol === "file:" && typeof Deno !== "undefined") {
      const { state } = Deno.permissions.querySync({ name: "read", path: pathname });
      if (state !== "granted") return false;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false; // the main thread of a web page may not wait, and some bundles know no URL
  }
}

function workerUrl(): URL {
  return new URL("./expectation_worker.ts", import.meta.url);
}

function startWorker(shared: SharedExpectation): Worker {
  const worker = new Worker(workerUrl(), { type: "module" });
  worker.addEventListener("error", (event) => event.preventDefault());
  worker.postMessage(shared);
  return worker;
}

function shared(length: number): Float64Array {
  return new Float64Array(
    new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT),
  ) as Float64Array<ArrayBufferLike> as Float64Array;
}

/** Data with its rows in shared memory; what is short is copied to each thread. */
function shareData({ rows, ...data }: HeldRows): HeldRows {
  const x = shared(rows.x.length);
  x.set(rows.x);
  return { ...data, rows: { ...rows, x } };
}
