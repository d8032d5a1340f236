import { arch, platform as os } from "node:process";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-node";
import { InputError } from "../input_error.ts";
import { type DType, type NdArray, ndarray, type TypedArrays } from "../array/ndarray.ts";
import {
  detectDevice,
  type DeviceName,
  type DeviceProbe,
  DEVICES,
  explainProbe,
} from "./device.ts";
import type { Machine } from "./device_needs.ts";
import type { Model } from "../onnx/graph.ts";
import type { Profile } from "./profile.ts";
import { checkFits, checkSession, type Port } from "./session_checks.ts";
import type { SessionOptions } from "./session_options.ts";
import { turnOffTelemetry } from "./telemetry.ts";
import {
  type DynamicLibrary,
  type ForeignLibraryInterface,
  platform,
} from "../platform/platform.ts";

// What goes wrong is thrown as an error: ONNX Runtime shall not write it to standard error as well.
ort.env.logLevel = "fatal";
turnOffTelemetry();

/** Where a session writes its profile, and who reads it there. */
interface Profiled {
  readonly profile: Profile;
  readonly folder: string;
}

/**
 * A model that is ready to run. Holds native memory until {@linkcode Session.release}.
 *
 * @example Usage
 * ```ts
 * import { GraphBuilder } from "@glimpse/glimpse/onnx";
 * import { createSession } from "@glimpse/glimpse/runtime";
 * import { ndarray } from "@glimpse/glimpse/ndarray";
 * import { assertEquals } from "@std/assert";
 *
 * const builder = new GraphBuilder();
 * const x = builder.input("x", "float32", ["batch"]);
 * builder.output("y", builder.op.Mul(x, 2), "float32", ["batch"]);
 * const session = await createSession({ graph: builder.build(), opset: 17 });
 * const { y } = await session.run({ x: ndarray("float32", [2], Float32Array.of(1, 2)) });
 * assertEquals([...y.data], [2, 4]);
 * await session.release();
 * ```
 */
export class Session {
  readonly #session: ort.InferenceSession;
  readonly #profiled: Profiled | undefined;
  readonly #name: string | undefined;

  constructor(
    session: ort.InferenceSession,
    { profiled, name }: { profiled?: Profiled | undefined; name?: string | undefined } = {},
  ) {
    this.#session = session;
    this.#profiled = profiled;
    this.#name = name;
  }

  /** The model's inputs, and its outputs. */
  get ports(): Readonly<Record<"inputs" | "outputs", readonly Port[]>> {
    const portsOf = (metadata: readonly ort.InferenceSession.ValueMetadata[]) =>
      metadata.map((port) => ({
        name: port.name,
        ...port.isTensor && { type: port.type, shape: port.shape },
      }));
    const { inputMetadata, outputMetadata } = this.#session;
    return { inputs: portsOf(inputMetadata), outputs: portsOf(outputMetadata) };
  }

  /** The names of the model's inputs. */
  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  /** The names of the model's outputs. */
  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /**
   * Runs the model.
   *
   * @param inputs An array for each input.
   * @param outputs The outputs wanted.
   * @throws {InputError} If an input is missing or does not fit.
   */
  async run(
    inputs: Readonly<Record<string, NdArray>>,
    outputs: readonly string[] = this.outputNames,
  ): Promise<Record<string, NdArray>> {
    for (const port of this.ports.inputs) checkFits(port, inputs[port.name]);
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, array]) => [name, toTensor(array)]),
    );
    const results = await blaming(this.#name, () => this.#session.run(feeds, [...outputs]));
    return Object.fromEntries(outputs.map((name) => [name, fromTensor(results[name])]));
  }

  /** Frees what the session holds; it cannot run after that. */
  async release(): Promise<void> {
    if (this.#profiled !== undefined) this.#session.endProfiling();
    await this.#session.release();
    await this.#profiled?.profile.read(this.#profiled.folder);
  }
}

/**
 * Prepares a model to run.
 *
 * @param model A model, or the bytes of an `.onnx` file, or its path, which one with data in files
 * beside it needs.
 * @throws {InputError} If the device cannot be used here, or the model if it is a named file.
 */
export async function createSession(
  model: Model | Uint8Array | string,
  options: SessionOptions = {},
): Promise<Session> {
  const { device = "cpu", threads = 0 } = options;
  checkSession({ threads, device });
  const probe = await proveDevice(device);
  if (!probe.works) throw new InputError(explainProbe(device, probe));
  return await openSession(model, options);
}

async function openSession(
  model: Model | Uint8Array | string,
  { threads = 0, spinning = false, device = "cpu", profile, name }: SessionOptions,
): Promise<Session> {
  // The writer is loaded only for models that are not bytes yet: files start faster without it.
  const file = model instanceof Uint8Array || typeof model === "string"
    ? model
    : (await import("../onnx/proto.ts")).encodeModel(model);
  const profiled = profile === undefined ? undefined : { profile, folder: await profile.open() };
  // Declared for either, but not for both.
  const create = () =>
    ort.InferenceSession.create(file as string, {
      // One at a time: of several, those that are not there are left out without an error.
      executionProviders: [DEVICES[device].backend],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
      // DirectML has no patterns of memory (docs/execution-providers/DirectML).
      ...device === "directml" ? { enableMemPattern: false } : {},
      ...profiled === undefined
        ? {}
        : { enableProfiling: true, profileFilePrefix: `${profiled.folder}/` },
      extra: { session: { intra_op: { allow_spinning: spinning ? "1" : "0" } } },
    });
  return new Session(await blaming(name, create), { profiled, name });
}

/** Explains what ONNX Runtime throws at a file in a sentence; a model without a file is our fault. */
async function blaming<T>(name: string | undefined, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (name === undefined) throw error;
    const [line] = String((error as Error).message).split("\n");
    const said = line.length > 200 ? `${line.slice(0, 200)}…` : line;
    throw new InputError(
      `Cannot use model "${name}": ONNX Runtime says "${said}", the file that train wrote is needed`,
      { cause: error },
    );
  }
}

/**
 * Looks for what a device needs: libraries, a driver, hardware. Nothing runs on it yet, and where
 * the driver is missing that takes less than a millisecond.
 *
 * @param options.all Whether to name all that is missing, not only the first.
 */
export async function probeDevice(
  name: DeviceName,
  options: { all?: boolean } = {},
): Promise<DeviceProbe> {
  checkSession({ device: name });
  const { os, arch } = platform.build;
  const backends = ort.listSupportedBackends().map(({ name }) => name);
  const machine: Machine = { os, arch, backends, folder: runtimeFolder(), load: loadLibrary };
  return await detectDevice(name, machine, options);
}

/** What came of {@linkcode proveDevice}: the answer stays the same as long as the process runs. */
const proven = new Map<DeviceName, Promise<DeviceProbe>>();

/**
 * Probes a device, and if nothing is missing runs a small model on it: that the numbers are right
 * and that no node of it ran anywhere else is what counts as working.
 */
export async function proveDevice(name: DeviceName): Promise<DeviceProbe> {
  if (name === "cpu") return { works: true, hasHardware: true };
  let answer = proven.get(name);
  if (answer === undefined) {
    answer = probeDevice(name).then(async (probe) =>
      probe.works ? await (await import("./try_device.ts")).tryDevice(name, openSession) : probe
    );
    proven.set(name, answer);
  }
  return await answer;
}

/** Where ONNX Runtime's own library lies, and where it looks for those of its providers. */
export function runtimeFolder(): string {
  const bin = new URL(
    `../bin/napi-v6/${os}/${arch}`,
    import.meta.resolve("onnxruntime-node"),
  );
  return fileURLToPath(bin);
}

/** Loads a library as the system finds it; `undefined` if it cannot. */
export function loadLibrary<S extends ForeignLibraryInterface>(
  name: string,
  symbols: S,
): DynamicLibrary<S> | undefined {
  try {
    return platform.dlopen?.(name, symbols);
  } catch {
    return undefined;
  }
}

/** The version of ONNX Runtime. */
export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

function toTensor({ dtype, data, shape }: NdArray): ort.Tensor {
  return new ort.Tensor(dtype as "float32", data as Float32Array, [...shape]);
}

function fromTensor({ type, data, dims }: ort.Tensor): NdArray {
  const dtype = type as DType;
  return ndarray(dtype, dims, data as unknown as TypedArrays[DType]);
}
