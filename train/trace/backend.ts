import * as tf from "@tensorflow/tfjs-core";
import { type DType, ndarray } from "../../lib/ndarray.ts";
import { recordingKernel, type Source } from "./recorder.ts";
import type { Traced } from "./rule.ts";
import { RULES, unknownKernelError } from "./rules.ts";

/** The name under which the recording backend is registered; TensorFlow.js forbids underscores. */
export const BACKEND_NAME = "onnx";

interface Entry {
  traced: Traced;
  refCount: number;
}

/**
 * A TensorFlow.js backend whose kernels record ONNX operations instead of computing. A tensor's
 * data is a {@linkcode Traced}: where its value will come from.
 */
export class RecordingBackend extends tf.KernelBackend {
  readonly #entries = new tf.DataStorage<Entry>(this, tf.engine());

  override numDataIds(): number {
    return this.#entries.numDataIds();
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
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
    this.#entries.set(dataId, { traced: hostValues(values, shape, dtype), refCount });
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
    return true;
  }

  /** @throws {Error} If the values are the result of a recorded operation. */
  override readSync(dataId: tf.DataId): tf.BackendValues {
    const { source, dtype, shape } = this.traced(dataId);
    if (source.kind === "constant") return source.array.data as tf.BackendValues;
    const origin = source.kind === "input"
      ? `is input "${source.name}"`
      : `was made by kernel "${source.operation.kernel}"`;
    throw new Error(
      `Cannot read a recorded tensor: ${dtype}[${shape}] ${origin}, its values are only known when the recording runs`,
    );
  }

  override read(dataId: tf.DataId): Promise<tf.BackendValues> {
    return new Promise((resolve) => resolve(this.readSync(dataId)));
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  /** What stands behind a tensor's data. */
  traced(dataId: tf.DataId): Traced {
    return this.#entries.get(dataId).traced;
  }

  /** Lets a tensor's data stand for something else from now on. */
  redirect(dataId: tf.DataId, source: Source): void {
    const entry = this.#entries.get(dataId);
    entry.traced = { ...entry.traced, source };
  }

  /** Data for a recorded value. */
  register(traced: Traced): tf.DataId {
    const dataId = {};
    this.#entries.set(dataId, { traced, refCount: 1 });
    return dataId;
  }
}

function hostValues(values: tf.BackendValues, shape: number[], dtype: tf.DataType): Traced {
  const data = dtype === "float32"
    ? Float32Array.from(values as Float32Array)
    : dtype === "bool"
    ? Uint8Array.from(values as Uint8Array)
    : dtype === "int32"
    ? Int32Array.from(values as Int32Array)
    : undefined;
  if (data === undefined) {
    throw new TypeError(
      `Cannot record a tensor of dtype "${dtype}": ONNX rules have no form for it`,
    );
  }
  const source: Source = { kind: "constant", array: ndarray(dtype as DType, shape, data) };
  return { source, shape, dtype };
}

/** The backend, registered with TensorFlow.js when this module is loaded. */
export const recordingBackend = new RecordingBackend();
tf.registerBackend(BACKEND_NAME, () => recordingBackend, 0);
for (const kernelName of kernelNames()) {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: kernelFunction(kernelName),
  });
}

/** Every kernel that TensorFlow.js names: those without a rule get a stub that says so. */
function kernelNames(): Set<string> {
  // The constants of kernel_names.js are the exports of tfjs-core whose value is a kernel's name.
  const named = Object.entries(tf).flatMap(([name, value]) =>
    typeof value === "string" && (value === name || value === `_${name}`) ? [value] : []
  );
  return new Set([...named, ...RULES.keys()]);
}

function kernelFunction(kernelName: string): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const tracedInputs = Object.fromEntries(
      Object.entries(inputs)
        .filter(([, tensor]) => tensor !== undefined && tensor !== null)
        .map(([name, tensor]) => {
          const { source } = recordingBackend.traced((tensor as tf.TensorInfo).dataId);
          const { shape, dtype } = tensor as tf.TensorInfo;
          return [name, { source, shape, dtype }];
        }),
    );
    const rule = RULES.get(kernelName);
    if (rule === undefined) throw unknownKernelError(kernelName, tracedInputs, attrs);
    const results = recordingKernel(kernelName, () => rule(tracedInputs, attrs));
    return Array.isArray(results) ? results.map(toTensorInfo) : toTensorInfo(results);
  };
}

function toTensorInfo(traced: Traced): tf.TensorInfo {
  const { shape, dtype } = traced;
  return { dataId: recordingBackend.register(traced), shape: [...shape], dtype };
}
