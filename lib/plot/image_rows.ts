import { ndarray } from "../array/ndarray.ts";
import type { Images } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import { imageGrid } from "./image_grid.ts";

/**
 * Images in rows, one below the other, as the bytes of a PNG file. Rows with one channel are grey
 * beside rows with three.
 *
 * @param rows Equally many images of one height and width in each.
 * @throws {RangeError} If a row has no image, or another number of images.
 */
export function imageRows(rows: readonly Images[]): Uint8Array {
  const [count, height, width] = rows[0].shape;
  const other = rows.find(({ shape }) => shape[0] !== count);
  if (other) throw new RangeError(`Cannot show ${count} images above ${other.shape[0]}`);
  const channels = Math.max(...rows.map(({ shape }) => shape[3]));
  const shape = [rows.length * count, height, width, channels];
  const pixels = new Float32Array(rows.length * count * height * width * channels);
  let at = 0;
  for (const row of rows) {
    const { data, shape: [, , , own] } = toFloat32(row);
    for (let i = 0; i < data.length; i += own) {
      for (let c = 0; c < channels; c++) pixels[at++] = data[i + Math.min(c, own - 1)];
    }
  }
  return imageGrid(ndarray("float32", shape, pixels), { columns: count });
}
