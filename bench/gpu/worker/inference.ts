import { readRun, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { createSession, type DeviceName, type Session } from "../../../lib/runtime/mod.ts";
import { Random } from "../../../lib/array/random.ts";
import type { Question } from "./question.ts";

/**
 * Times `classifier.onnx` of a folder on a device: `count` batches, one after another, from pixels
 * in the memory of the host until the labels are there.
 */
export function timeInference(
  folder: string,
  device: DeviceName,
): (question: Question) => Promise<number> {
  const random = new Random(0, "bench pixels");
  // Later: there may be no models yet when the device is looked for.
  let opened: Promise<{ session: Session; imageShape: readonly number[] }> | undefined;
  return async ({ batch, count }) => {
    const { session, imageShape } = await (opened ??= open(folder, device));
    const shape = [batch, ...imageShape];
    const pixels = Float32Array.from({ length: sizeOf(shape) }, () => random.uniform());
    const images = ndarray("float32", shape, pixels);
    const start = performance.now();
    for (let i = 0; i < count; i++) await session.run({ images });
    return (performance.now() - start) / count;
  };
}

async function open(folder: string, device: DeviceName) {
  const run = await readRun(folder);
  const { imageShape } = run.manifest;
  const session = await createSession(await run.read(RUN_FILES.classifier), { device });
  return { session, imageShape };
}
