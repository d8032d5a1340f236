import type { NdArray } from "../../lib/array/ndarray.ts";
import { join, slice } from "../../lib/array/rows.ts";
import { imageGif } from "../../lib/plot/image_gif.ts";
import { imageGrid } from "../../lib/plot/image_grid.ts";
import type { Examples } from "../../lib/run/examples.ts";

/** What the generator makes of the same noise after an epoch. */
export interface Sheet {
  readonly epoch: number;
  readonly images: NdArray<"float32">;
}

/** Some epochs that a report shows, the first and the last among them. */
export function progressOf(sheets: readonly Sheet[]): NonNullable<Examples["progress"]> {
  const rows = Math.min(8, sheets.length);
  const shown = Array.from(
    { length: rows },
    (_, i) => sheets[Math.round(i * (sheets.length - 1) / Math.max(1, rows - 1))],
  );
  return {
    epochs: Int32Array.from(shown, ({ epoch }) => epoch),
    images: join(shown.map(({ images }) => slice(images, 0, 10))),
  };
}

/** A sheet for each epoch, and all of them as a GIF. */
export async function sheetFiles(sheets: readonly Sheet[]): Promise<Record<string, Uint8Array>> {
  if (sheets.length === 0) return {};
  const pictures = sheets.map(({ epoch, images }) => [
    `progress/epoch_${String(epoch).padStart(3, "0")}.png`,
    imageGrid(images),
  ]);
  const gif = await imageGif(sheets.map(({ images }) => images), { delay: 250 });
  return { ...Object.fromEntries(pictures), "progress.gif": gif };
}
