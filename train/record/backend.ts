import * as tf from "@tensorflow/tfjs-core";
import { type DType, ndarray } from "../../lib/array/ndarray.ts";
import { placeholderOf } from "./recording/placeholder.ts";
import { computeAtOnce } from "./evaluate/at_once.ts";
import { Evaluator, type Pending } from "./evaluate/evaluator.ts";
import {
  type Constant,
  dependsOnInput,
  resolve,
  setValues,
  type Source,
  unsupportedDtype,
} from "./recording/operation.ts";
import type { Recorded } from "./recording/recorded.ts";
import { recordKernel } from "./kernels/rules.ts";
import { drawnInGraph } from "./random/stock_random.ts";

/**
 * The longest chain of operations that stays uncomputed until it is read, so that a loop that reads
 * nothing does not hold all its history; longer than any training step.
 */
const DEPTH_LIMIT = 2000;

interface Entry {
  recorded: Recorded;
  refCount: number;
}

/**
 * A TensorFlow.js backend whose kernels record ONNX operations instead of computing. A tensor's
 * data is a {@linkcode Recorded}: where its value will come from. Reading it computes what it needs.
 */
export class RecordingBackend extends tf.KernelBackend {
  #entries = new tf.DataStorage<Entry>(this, tf.engine());
  /** The tensors that stand for results, computed or not. */
  #live = new Set<Entry>();
  #evaluator = new Evaluator(() => this.#pending());
  /** The data that a function reads while it is watched. */
  #reads: Set<tf.DataId> | undefined;
  /** What is recorded while a function is timed. */
  #timed: Pending[] | undefined;

  override numDataIds(): number {
    return this.#entries.numDataIds();
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const drawn = drawnInGraph(shape, dtype);
    if (drawn !== undefined) return this.register(recordKernel(drawn.kind, {}, drawn) as Recorded);
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    this.#add(dataId, { recorded: hostValues(values, shape, dtype), refCount });
  }

  override incRef(dataId: tf.DataId): void {
    this.#entries.get(dataId).refCount++;
  }

  decRef(dataId: tf.DataId): void {
    if (this.#entries.has(dataId)) this.#entries.get(dataId).refCount--;
  }

  override refCount(dataId: tf.DataId): number {
    return this.#entries.has(dataId) ? this.#entries.get(dataId).refCount : 0;
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.#entries.has(dataId)) return true;
    const entry = this.#entries.get(dataId);
    entry.refCount--;
    if (!force && entry.refCount > 0) return false;
    this.#entries.delete(dataId);
    this.#live.delete(entry);
    return true;
  }

  /** Frees all tensors and what was compiled for them. */
  override dispose(): void {
    this.#entries = new tf.DataStorage<Entry>(this, tf.engine());
    this.#live = new Set();
    this.#evaluator.dispose();
    this.#evaluator = new Evaluator(() => this.#pending());
  }

  /** @throws {Error} If the values depend on an input of a recording. */
  override readSync(dataId: tf.DataId): tf.BackendValues {
    const recorded = this.recorded(dataId);
    if (dependsOnInput(recorded.source)) throw recordedError(recorded);
    if (isPending(recorded)) setValues(recorded.source, computeAtOnce(recorded));
    return (resolve(recorded.source) as Constant).array.data as tf.BackendValues;
  }

  /** @throws {Error} If the values depend on an input of a recording. */
  override async read(dataId: tf.DataId): Promise<tf.BackendValues> {
    const recorded = this.recorded(dataId);
    if (dependsOnInput(recorded.source)) throw recordedError(recorded);
    if (isPending(recorded)) await this.#evaluator.compute(recorded);
    const source = resolve(recorded.source);
    if (source.kind !== "constant") throw recordedError(recorded);
    return source.array.data as tf.BackendValues;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return true;
  }

  /** Times what a function records, which is computed for that. */
  override async time(fn: () => void): Promise<tf.BackendTimingInfo> {
    const outer = this.#timed;
    const timed: Pending[] = this.#timed = [];
    try {
      fn();
    } finally {
      this.#timed = outer;
    }
    const start = performance.now();
    const computable = timed.filter(({ source }) => !dependsOnInput(source));
    await Promise.all(computable.map((pending) => this.#evaluator.compute(pending)));
    return { kernelMs: performance.now() - start };
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  /** Runs a function and gives the data that it reads, of variables and all other tensors. */
  readsOf(fn: () => void): ReadonlySet<tf.DataId> {
    const outer = this.#reads;
    const reads = this.#reads = new Set();
    try {
      fn();
    } finally {
      this.#reads = outer;
    }
    return reads;
  }

  /** What stands behind a tensor's data. */
  recorded(dataId: tf.DataId): Recorded {
    this.#reads?.add(dataId);
    return current(this.#entries.get(dataId));
  }

  /** Stores a tensor's data, which are known, under a name in graphs. */
  nameConstant(dataId: tf.DataId, source: Constant): void {
    const entry = this.#entries.get(dataId);
    entry.recorded = { ...entry.recorded, source };
  }

  /** Data for a recorded value. */
  register(recorded: Recorded): tf.DataId {
    const dataId = {};
    this.#add(dataId, { recorded, refCount: 1 });
    return dataId;
  }

  /** The number of compiled graphs held. */
  get sessionCount(): number {
    return this.#evaluator.sessionCount;
  }

  #add(dataId: tf.DataId, entry: Entry): void {
    this.#entries.set(dataId, entry);
    if (!isPending(entry.recorded)) return;
    this.#live.add(entry);
    this.#timed?.push(entry.recorded);
    const { depth, dependsOnInput } = entry.recorded.source.operation;
    if (depth > DEPTH_LIMIT && !dependsOnInput) {
      // Runs once the caller waits for something. Whoever reads the tensor hears of a failure.
      this.#evaluator.compute(entry.recorded).catch(() => {});
    }
  }

  *#pending(): Iterable<Pending> {
    for (const entry of this.#live) {
      const recorded = current(entry);
      if (isPending(recorded)) yield recorded;
      else this.#live.delete(entry);
    }
  }
}

/** What stands behind a tensor by now; once that is values, the kernels before it are freed. */
function current(entry: Entry): Recorded {
  const { source, shape, dtype } = entry.recorded;
  const now = resolve(source);
  if (now !== source) entry.recorded = { source: now, shape, dtype };
  return entry.recorded;
}

function isPending(recorded: Recorded): recorded is Pending {
  return recorded.source.kind === "result";
}

function describe({ source, dtype, shape }: Recorded): string {
  const origin = source.kind === "input"
    ? `is input "${source.name}"`
    : source.kind === "result"
    ? `is computed by kernel "${source.operation.kernel}"`
    : "is a constant";
  return `${dtype}[${shape}] ${origin}`;
}

function recordedError(recorded: Recorded): Error {
  return new Error(
    `Cannot read a recorded tensor: ${
      describe(recorded)
    }, its values are only known when the recording runs`,
  );
}

function hostValues(values: tf.BackendValues, shape: number[], dtype: tf.DataType): Recorded {
  const data = dtype === "float32"
    ? new Float32Array(values as Float32Array)
    : dtype === "bool"
    ? new Uint8Array(values as Uint8Array)
    : dtype === "int32"
    ? new Int32Array(values as Int32Array)
    : undefined;
  if (data === undefined) throw unsupportedDtype(dtype);
  const stands = dtype === "float32" && data.length === 1 ? placeholderOf(data[0]) : undefined;
  if (stands !== undefined) return { ...stands, shape };
  const source: Source = {
    kind: "constant",
    array: ndarray(dtype as DType, shape, data),
    isData: true,
  };
  return { source, shape, dtype };
}
