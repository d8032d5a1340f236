import { encodeNpz } from "../../lib/data/npz.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { inFolder, runMain } from "../command_line.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";

/** The labels of the images in {@linkcode inTinyFolder}. */
export const LABELS = [1, 4, 8, 8, 4, 1, 1, 4];

/** Runs a command in a folder that has a run and images in several shapes. */
export async function inTinyFolder(
  test: (
    run: (...args: string[]) => ReturnType<typeof runMain>,
    dir: string,
  ) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const pixels = tinyImages(LABELS);
    const floats = Float32Array.from(pixels, (value) => value / 255);
    const labels = ndarray("int64", [8], BigInt64Array.from(LABELS, BigInt));
    const files: Record<string, Record<string, NdArray>> = {
      "images.npz": { images: ndarray("uint8", [8, 4, 4], pixels), labels },
      "rows.npz": { data: ndarray("uint8", [8, 16], pixels) },
      "floats.npz": { x: ndarray("float32", [8, 4, 4, 1], floats), y: labels },
      "one.npz": { images: ndarray("uint8", [1, 4, 4], pixels.slice(0, 16)) },
    };
    for (const [name, arrays] of Object.entries(files)) {
      await Deno.writeFile(`${dir}/${name}`, encodeNpz(arrays));
    }
    await test((...args) => runMain("infer/main.ts", args, { cwd: dir }), dir);
  });
}
