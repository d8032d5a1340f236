import { latentDimOf, readRun, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { differences } from "../../../lib/onnx/mod.ts";
import { createSession, type DeviceName } from "../../../lib/runtime/mod.ts";
import { Random } from "../../../lib/array/random.ts";

/** How far a device is from the CPU in one output of one model. */
export interface ParityAnswer {
  /** `encoder`, `decoder` or `classifier`. */
  readonly model: string;
  readonly output: string;
  /** The greatest difference, absolute up to 1 and relative above; `null` if it is no number. */
  readonly difference: number | null;
}

/** Images that are compared. */
const COUNT = 256;

/**
 * Runs encoder, decoder and classifier of a folder on the CPU and on a device. The images are what
 * the decoder makes of random latents: near those that the models were trained on.
 */
export async function compareDevices(
  folder: string,
  device: DeviceName,
): Promise<ParityAnswer[]> {
  const run = await readRun(folder);
  const latentDim = latentDimOf(run);
  const noise = new Random(0, "parity latents").normals(COUNT * latentDim);
  const z = ndarray("float32", [COUNT, latentDim], noise);
  const { images } = await runOnce(await run.read(RUN_FILES.decoder), { z }, "cpu");
  const inputs = { encoder: { images }, decoder: { z }, classifier: { images } };
  const answers: ParityAnswer[] = [];
  for (const model of ["encoder", "decoder", "classifier"] as const) {
    const file = await run.read(RUN_FILES[model]);
    const expected = await runOnce(file, inputs[model], "cpu");
    const actual = await runOnce(file, inputs[model], device);
    for (const { name, relativeDifference } of differences(actual, expected)) {
      const difference = Number.isFinite(relativeDifference) ? relativeDifference : null;
      answers.push({ model, output: name, difference });
    }
  }
  return answers;
}

async function runOnce(file: Uint8Array, inputs: Record<string, NdArray>, device: DeviceName) {
  const session = await createSession(file, { device });
  try {
    return await session.run(inputs);
  } finally {
    await session.release();
  }
}
