/// <reference lib="dom" />
import type { ModelName } from "./models.ts";

/** What is used here of ONNX Runtime's module: its own types would have to be fetched with it. */
interface Runtime {
  readonly env: { logLevel: string; readonly wasm: { numThreads: number; wasmPaths: string } };
  readonly InferenceSession: {
    create(
      url: string,
      options: { executionProviders: string[]; logSeverityLevel: number },
    ): Promise<RuntimeSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: number[]) => RuntimeTensor;
}

interface RuntimeSession {
  readonly inputMetadata: readonly { readonly shape?: readonly (number | string)[] }[];
  run(
    inputs: Record<string, RuntimeTensor>,
    outputs: readonly string[],
  ): Promise<Record<string, RuntimeTensor>>;
}

/** An array in the runtime's memory. */
interface RuntimeTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A place where the page may compute. */
interface Engine {
  readonly name: "webgpu" | "wasm";
  /** The runtime's module. */
  readonly module: string;
  /** What it is called, in words. */
  readonly says: (threads: number) => string;
}

/** In the order in which they are tried. */
const ENGINES: readonly Engine[] = [
  { name: "webgpu", module: "ort.webgpu.min.mjs", says: () => "WebGPU" },
  {
    name: "wasm",
    module: "ort.wasm.min.mjs",
    says: (threads) => `WebAssembly, ${threads === 1 ? "1 thread" : `${threads} threads`}`,
  },
];

/** More gain nothing for models of this size. */
const MAX_THREADS = 4;

/** An engine that decodes an image in this time keeps up with the screen. */
const FRAME_MILLISECONDS = 1000 / 60;

/** Where the runtime's files are, beside the page's. */
const RUNTIME_FOLDER = new URL("ort/", self.location.href).href;

/** The one input and output of each model that the page uses. */
const PORTS = {
  encoder: { input: "images", output: "z_mean" },
  decoder: { input: "z", output: "images" },
  classifier: { input: "images", output: "outlier_score" },
} as const;

/** The models, ready to run. */
export interface OpenedModels {
  /** What they run on, in words. */
  readonly engine: string;
  /** Runs a model on `data` of `shape`; one run must end before the next begins. */
  run(model: ModelName, data: Float32Array, shape: readonly number[]): Promise<RuntimeTensor>;
}

/**
 * Opens both models on the first engine of this browser that is fast enough, or else on its fastest.
 *
 * @throws {Error} If no engine runs them.
 */
export async function openModels(): Promise<OpenedModels> {
  let fault: unknown;
  let best: { models: OpenedModels; milliseconds: number } | undefined;
  for (const engine of ENGINES) {
    try {
      if (engine.name === "webgpu" && !await hasGpu()) continue;
      const models = await openOn(engine);
      const milliseconds = await tryOut(models);
      if (best === undefined || milliseconds < best.milliseconds) best = { models, milliseconds };
      if (milliseconds < FRAME_MILLISECONDS) break;
    } catch (error) {
      // A browser can have an engine that does not run these models.
      fault = error;
    }
  }
  if (best === undefined) throw fault;
  return best.models;
}

type OpenedEngine = OpenedModels & {
  shapeOf(model: "encoder" | "decoder"): readonly number[];
};

async function openOn({ name, module, says }: Engine): Promise<OpenedEngine> {
  const ort: Runtime = await import(`${RUNTIME_FOLDER}${module}`);
  // Memory can be shared with threads only by an isolated page.
  const threads = crossOriginIsolated
    ? Math.max(1, Math.min(MAX_THREADS, Math.floor(navigator.hardwareConcurrency / 2)))
    : 1;
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = RUNTIME_FOLDER;
  ort.env.logLevel = "error";
  const load = (model: ModelName) =>
    ort.InferenceSession.create(new URL(`${model}.onnx`, self.location.href).href, {
      executionProviders: [name],
      logSeverityLevel: 3,
    });
  const sessions = { encoder: await load("encoder"), decoder: await load("decoder") };
  // Only pictures need it, and not every run has it.
  let classifier: Promise<RuntimeSession> | undefined;
  const sessionOf = (model: ModelName) =>
    model === "classifier" ? classifier ??= load(model) : sessions[model];
  return {
    engine: says(threads),
    shapeOf(model) {
      const [{ shape = [] }] = sessions[model].inputMetadata;
      return [1, ...shape.slice(1).map(Number)];
    },
    async run(model, data, shape) {
      const { input, output } = PORTS[model];
      const tensor = new ort.Tensor("float32", data, [...shape]);
      const session = await sessionOf(model);
      const outputs = await session.run({ [input]: tensor }, [output]);
      return outputs[output];
    },
  };
}

/**
 * Runs both models, and the decoder again: an engine can accept what it cannot run, and its first
 * run is its slowest.
 *
 * @returns The time that an image takes to decode.
 */
async function tryOut({ run, shapeOf }: OpenedEngine): Promise<number> {
  let start = 0;
  for (const model of ["encoder", "decoder", "decoder"] as const) {
    const shape = shapeOf(model);
    const size = shape.reduce((product, length) => product * length, 1);
    start = performance.now();
    await run(model, new Float32Array(size), shape);
  }
  return performance.now() - start;
}

async function hasGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  return gpu !== undefined && await gpu.requestAdapter() !== null;
}
