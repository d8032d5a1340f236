import { assertEquals } from "@std/assert";
import { ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import {
  encodeNpz,
  labelImages,
  type LabelledImages,
  loadImages,
  takeLabelled,
} from "../lib/data/mod.ts";

/** The classes of {@linkcode someDigits}. */
export const CLASSES = [1, 4, 8];

/** Digits of the three classes, drawn by a fixed seed. */
export async function someDigits(name: string, count: number): Promise<LabelledImages> {
  const { images, labels } = await loadImages(name, { classes: CLASSES });
  const rows = new Random(0, name).permutation(labels!.length).subarray(0, count);
  return takeLabelled(labelImages(images, labels!), rows);
}

/** Writes images, and labels where there are any, as an `.npz`. */
export async function writeImages(
  path: string,
  { images, labels }: { images: LabelledImages["images"]; labels: Int32Array | undefined },
): Promise<void> {
  const arrays = labels && { labels: ndarray("int32", [labels.length], labels) };
  await Deno.writeFile(path, encodeNpz({ images, ...arrays }));
}

/** The part of labels that two lists share. */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  let same = 0;
  for (let i = 0; i < a.length; i++) same += a[i] === b[i] ? 1 : 0;
  return same / a.length;
}
