/// <reference lib="dom" />
import { element } from "../../explore/page/element.ts";

/** What is used here of ONNX Runtime's module: its own types would have to be fetched with it. */
interface Runtime {
  readonly env: {
    logLevel: string;
    readonly wasm: { numThreads: number; wasmBinary: ArrayBuffer };
  };
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: { executionProviders: string[]; logSeverityLevel: number },
    ): Promise<{ run(inputs: Record<string, unknown>): Promise<Record<string, RuntimeTensor>> }>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => unknown;
}

interface RuntimeTensor {
  readonly data: ArrayLike<number>;
}

/** What the classifier says of an image. */
export interface Answer {
  /** `[classes]` */
  readonly probabilities: ArrayLike<number>;
  readonly outlierScore: number;
}

/** The bytes of a part of the page, which stand in it gzipped as base64. */
async function embedded(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = element(id, HTMLScriptElement).textContent!;
  const zipped = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Opens the classifier that stands in the page, with the runtime that does: nothing is fetched.
 *
 * @returns What classifies pixels in [0, 1] of one image.
 */
export async function openEmbedded(
  shape: readonly number[],
): Promise<(pixels: Float32Array) => Promise<Answer>> {
  const [module, wasm, model] = await Promise.all(
    ["runtime-module", "runtime-wasm", "model"].map(embedded),
  );
  const address = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
  const ort: Runtime = await import(address);
  URL.revokeObjectURL(address);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = wasm.buffer;
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["wasm"],
    logSeverityLevel: 3,
  });
  return async (pixels) => {
    const images = new ort.Tensor("float32", pixels, [1, ...shape]);
    const { probabilities, outlier_score } = await session.run({ images });
    return { probabilities: probabilities.data, outlierScore: outlier_score.data[0] };
  };
}
