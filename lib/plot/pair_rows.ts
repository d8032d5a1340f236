import type { Images } from "../data/dataset.ts";
import { ndarray } from "../array/ndarray.ts";
import { toFloat32 } from "../data/pixels.ts";

/** Options for {@linkcode pairRows}. */
export interface PairRowsOptions {
  /** Images in a row. @default {10} */
  columns?: number;
}

/** Rows of images, each row with what was made of them below it; places left over are black. */
export function pairRows(
  images: Images,
  made: Images,
  { columns = 10 }: PairRowsOptions = {},
): Images {
  const [count, height, width, channels] = images.shape;
  const size = height * width * channels;
  const rows = Math.ceil(count / columns);
  const pixels = new Float32Array(2 * rows * columns * size);
  [images, made].forEach((source, which) => {
    const { data } = toFloat32(source);
    for (let i = 0; i < count; i++) {
      const place = (2 * Math.floor(i / columns) + which) * columns + i % columns;
      pixels.set(data.subarray(i * size, (i + 1) * size), place * size);
    }
  });
  return ndarray("float32", [2 * rows * columns, height, width, channels], pixels);
}
