import { encodeNpz } from "../../lib/data/npz.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { TINY_LABELS, tinyImages } from "../tiny_run.ts";

const CLASSES = Object.values(TINY_LABELS);

/** Labels 1, 4, 8 in turn: every class is everywhere. */
export function labelsInTurn(count: number): number[] {
  return Array.from({ length: count }, (_, i) => CLASSES[i % CLASSES.length]);
}

/** Arrays of tiny images of 4x4 pixels in turn, with their labels. */
export function tinyArrays(count: number): Record<"images" | "labels", NdArray> {
  const labels = labelsInTurn(count);
  return {
    images: ndarray("uint8", [count, 4, 4], tinyImages(labels)),
    labels: ndarray("int64", [count], BigInt64Array.from(labels, BigInt)),
  };
}

/** What {@linkcode writeTinyFiles} writes. */
export const TINY_FILES = {
  /** 200 images with labels. */
  "train.npz": tinyArrays(200),
  /** The same without. */
  "unlabelled.npz": { images: tinyArrays(200).images },
  /** 15 images with labels. */
  "val.npz": tinyArrays(15),
  /** 60 images with labels. */
  "test.npz": tinyArrays(60),
};

/** Writes files that `train` can be given. */
export async function writeTinyFiles(dir: string): Promise<void> {
  for (const [name, arrays] of Object.entries(TINY_FILES)) {
    await Deno.writeFile(`${dir}/${name}`, encodeNpz(arrays));
  }
}

/** Flags under which `train` is done with such files in a second: nothing is compiled. */
export const QUICK =
  "--model vae --hidden 16 --epochs 1 --cluster-epochs 1 --batch-size 20 --threads 1 --engine onnx"
    .split(" ");
