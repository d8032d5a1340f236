/// <reference lib="dom" />
import type * as Ort from "onnxruntime-web";
import type { ModelAnswer, ModelName, ModelRequest, WorkerMessage } from "./models.ts";

/** Where the page may compute. */
interface Engine {
  readonly name: "webgpu" | "wasm";
  /** The runtime's module. */
  readonly module: string;
  readonly says: (threads: number) => string;
}

const ENGINES: readonly Engine[] = [
  { name: "webgpu", module: "ort.webgpu.min.mjs", says: () => "WebGPU" },
  {
    name: "wasm",
    module: "ort.wasm.min.mjs",
    says: (threads) => `WebAssembly, ${threads === 1 ? "1 thread" : `${threads} threads`}`,
  },
];

/** More gain nothing for models of this size, and wait by spinning. */
const MAX_THREADS = 4;

const RUNTIME = new URL("ort/", self.location.href).href;

const worker = self as unknown as {
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ModelRequest>) => void) | null;
};

type Sessions = Readonly<Record<ModelName, Ort.InferenceSession>>;

/** Opens both models on the best engine that this browser has. */
async function open(): Promise<{ ort: typeof Ort; sessions: Sessions; engine: string }> {
  let fault: unknown;
  for (const engine of ENGINES) {
    try {
      if (engine.name === "webgpu" && !await hasGpu()) continue;
      const ort: typeof Ort = await import(`${RUNTIME}${engine.module}`);
      const threads = crossOriginIsolated
        ? Math.max(1, Math.min(MAX_THREADS, Math.floor(navigator.hardwareConcurrency / 2)))
        : 1;
      ort.env.wasm.numThreads = threads;
      ort.env.wasm.wasmPaths = RUNTIME;
      ort.env.logLevel = "error";
      const load = (name: ModelName) =>
        ort.InferenceSession.create(new URL(`${name}.onnx`, self.location.href).href, {
          executionProviders: [engine.name],
          logSeverityLevel: 3,
        });
      const sessions = { encoder: await load("encoder"), decoder: await load("decoder") };
      return { ort, sessions, engine: engine.says(threads) };
    } catch (error) {
      // A browser can have an engine that does not run these models; the last one's fault counts.
      fault = error;
    }
  }
  throw fault;
}

async function hasGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  return gpu !== undefined && await gpu.requestAdapter() !== null;
}

const INPUTS = { encoder: "images", decoder: "z" } as const;
const OUTPUTS = { encoder: "z_mean", decoder: "images" } as const;

const opened = open();
opened.then(
  ({ engine }) => worker.postMessage({ engine }),
  (error) => worker.postMessage({ fault: String(error) }),
);

worker.onmessage = async ({ data: { id, model, data, shape } }) => {
  let answer: ModelAnswer;
  try {
    const { ort, sessions } = await opened;
    const input = new ort.Tensor("float32", data, [...shape]);
    const outputs = await sessions[model].run({ [INPUTS[model]]: input }, [OUTPUTS[model]]);
    const { data: values, dims } = outputs[OUTPUTS[model]];
    answer = { id, data: (values as Float32Array).slice(), shape: dims };
  } catch (error) {
    answer = { id, fault: String(error) };
  }
  worker.postMessage(answer, "data" in answer ? [answer.data.buffer] : []);
};
