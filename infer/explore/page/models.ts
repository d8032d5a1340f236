/// <reference lib="dom" />
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";

/** The models that the page runs. */
export type ModelName = "encoder" | "decoder" | "classifier";

/** What the page asks of the worker: to run a model on `data` of `shape`. */
export interface ModelRequest {
  readonly id: number;
  readonly model: ModelName;
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** What the worker makes of a request. */
export type ModelAnswer =
  | {
    readonly id: number;
    readonly data: Float32Array<ArrayBuffer>;
    readonly shape: readonly number[];
  }
  | { readonly id: number; readonly fault: string };

/** All that the worker says: once which engine runs or why none does, then answers. */
export type WorkerMessage = { readonly engine: string } | { readonly fault: string } | ModelAnswer;

/** A run's models in a worker, so that no model, however slow, holds up the page. */
export class Models {
  /** What they run on, in words; fails if they cannot run. */
  readonly engine: Promise<string>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<NdArray<"float32">>>();
  #lastId = 0;

  constructor() {
    const engine = Promise.withResolvers<string>();
    this.engine = engine.promise;
    this.#worker = new Worker("models_worker.js", { type: "module" });
    this.#worker.onerror = ({ message }) => engine.reject(new Error(message));
    this.#worker.onmessage = ({ data: message }: MessageEvent<WorkerMessage>) => {
      if ("engine" in message) engine.resolve(message.engine);
      else if ("id" in message) this.#answer(message);
      else engine.reject(new Error(message.fault));
    };
  }

  /** The latent means `[count, latentDim]` of images `[count, height, width, channels]`. */
  encode(images: NdArray<"float32">): Promise<NdArray<"float32">> {
    return this.#run("encoder", images);
  }

  /** The images `[count, height, width, channels]` of latent points `[count, latentDim]`. */
  decode(z: NdArray<"float32">): Promise<NdArray<"float32">> {
    return this.#run("decoder", z);
  }

  /** How unlike the training images each image `[count, height, width, channels]` is, `[count]`. */
  scoreOutliers(images: NdArray<"float32">): Promise<NdArray<"float32">> {
    return this.#run("classifier", images);
  }

  #run(model: ModelName, { data, shape }: NdArray<"float32">): Promise<NdArray<"float32">> {
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<NdArray<"float32">>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, model, data, shape });
    return waiting.promise;
  }

  #answer(answer: ModelAnswer): void {
    const waiting = this.#waiting.get(answer.id)!;
    this.#waiting.delete(answer.id);
    if ("fault" in answer) waiting.reject(new Error(answer.fault));
    else waiting.resolve(ndarray("float32", answer.shape, answer.data));
  }
}

/**
 * Does slow work for fast inputs: while one is worked on, only the newest of the others waits, and
 * the rest are dropped.
 *
 * @returns What takes the inputs.
 */
export function latestWins<Input>(work: (input: Input) => Promise<void>): (input: Input) => void {
  let waiting: { input: Input } | undefined;
  let busy = false;
  return (input) => {
    waiting = { input };
    if (busy) return;
    busy = true;
    (async () => {
      try {
        while (waiting !== undefined) {
          const { input } = waiting;
          waiting = undefined;
          await work(input);
        }
      } finally {
        busy = false;
      }
    })();
  };
}
