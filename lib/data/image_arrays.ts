import { allocate, type NdArray, sizeOf } from "../array/ndarray.ts";

/** Images `[count, height, width, channels]`: bytes 0 to 255, or float32 in [0, 1]. */
export type Images = NdArray<"uint8"> | NdArray<"float32">;

/** What a stored pixel is multiplied by to lie in [0, 1]. */
export function pixelScale(images: Images): number {
  return images.dtype === "uint8" ? 1 / 255 : 1;
}

/** Images mirrored left to right. */
export function mirror<I extends Images>(images: I): I {
  const { data, shape: [count, height, width, channels] } = images;
  const mirrored = data.slice();
  for (let row = 0; row < count * height; row++) {
    for (let x = 0; x < width; x++) {
      const from = (row * width + x) * channels;
      const to = (row * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) mirrored[to + c] = data[from + c];
    }
  }
  return { ...images, data: mirrored };
}

/** The images of given rows, in that order, copied. */
export function takeRows<I extends Images>(images: I, rows: ArrayLike<number>): I {
  const { data, shape: [, ...size] } = images;
  const stride = sizeOf(size);
  const taken = allocate(images.dtype, rows.length * stride);
  for (let i = 0; i < rows.length; i++) {
    taken.set(data.subarray(rows[i] * stride, (rows[i] + 1) * stride), i * stride);
  }
  return { ...images, shape: [rows.length, ...size], data: taken };
}
