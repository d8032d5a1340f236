import { type NdArray, ndarray } from "../array/ndarray.ts";
import { type DeviceName, type DeviceProbe, DEVICES } from "./device.ts";
import type { Model } from "../onnx/graph.ts";
import { GraphBuilder } from "../onnx/graph_builder.ts";
import { BASE_OPSET } from "../onnx/opset.ts";
import { Profile } from "./profile.ts";
import { quietStderr } from "./quiet_stderr.ts";
import type { SessionOptions } from "./session_options.ts";

/** Rows and columns of the matrices that are multiplied. */
const SIZE = 8;

/** As much of a session as a trial needs. */
interface Opened {
  run(inputs: Readonly<Record<string, NdArray>>): Promise<Record<string, NdArray>>;
  release(): Promise<void>;
}

/**
 * Runs a small model on a device: whether it computes what it should, and its profile says that it
 * ran there and nowhere else.
 *
 * @param open Prepares a model without asking whether the device works.
 */
export async function tryDevice(
  device: DeviceName,
  open: (model: Model, options: SessionOptions) => Promise<Opened>,
): Promise<DeviceProbe> {
  const { provider, advice: fix } = DEVICES[device];
  const failed = (reason: string) => ({ works: false, hasHardware: true, reason, fix });
  const profile = new Profile();
  try {
    const y = await quietStderr(async () => {
      // ONNX Runtime sets WebGPU up for a session and tears it down when none is left, which takes a
      // second where a program plays the GPU: this one stays as long as the process.
      if (device === "webgpu") await open(product(), { device });
      const session = await open(product(), { device, profile });
      try {
        const { y } = await session.run({ x: matrix((row, column) => row - column) });
        return y.data as Float32Array;
      } finally {
        await session.release();
      }
    });
    const elsewhere = profile.nodes.find((node) => node.provider !== provider);
    if (profile.nodes.length === 0 || elsewhere !== undefined) {
      return failed(
        `ONNX Runtime ran a ${elsewhere?.operator ?? "model"} elsewhere when asked to`,
      );
    }
    const wrong = y.findIndex((value, i) => Math.abs(value - expected(i)) > 1e-2);
    if (wrong >= 0) {
      return failed(`a product of small matrices came out as ${y[wrong]} for ${expected(wrong)}`);
    }
    return { works: true, hasHardware: true };
  } catch (error) {
    return failed(reasonOf(error));
  } finally {
    await profile.close();
  }
}

/** `y = x * m`, where m is `row + column`. */
function product(): Model {
  const builder = new GraphBuilder({ name: "product" });
  const x = builder.input("x", "float32", [SIZE, SIZE]);
  const m = builder.constant(matrix((row, column) => row + column));
  builder.output("y", builder.op.MatMul(x, m), "float32", [SIZE, SIZE]);
  return { graph: builder.build(), opset: BASE_OPSET };
}

function matrix(valueAt: (row: number, column: number) => number) {
  const values = Float32Array.from(
    { length: SIZE ** 2 },
    (_, i) => valueAt(Math.floor(i / SIZE), i % SIZE),
  );
  return ndarray("float32", [SIZE, SIZE], values);
}

/** What {@linkcode product} gives at a place. */
function expected(place: number): number {
  const [row, column] = [Math.floor(place / SIZE), place % SIZE];
  return Array.from({ length: SIZE }, (_, i) => (row - i) * (i + column))
    .reduce((sum, value) => sum + value, 0);
}

/** What ONNX Runtime means, without the places in its source that it names before. */
function reasonOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
  const [reason] = text.match(/(CUDA|CUBLAS|CUDNN) failure \d+: [^;]+/) ??
    text.match(/(?<= was false\. ).*/) ?? [text];
  return `ONNX Runtime says "${reason.trim().slice(0, 300)}"`;
}
