import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Images } from "./dataset.ts";

/** Images as a model takes them: pixels in [0, 1]. Floats are given back as they are, not copied. */
export function toFloat32({ dtype, shape, data }: Images): NdArray<"float32"> {
  if (dtype === "float32") return ndarray(dtype, shape, data);
  // By a loop: from() with a function takes fifty times as long.
  const pixels = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) pixels[i] = data[i] / 255;
  return ndarray("float32", shape, pixels);
}

/** Images as bytes 0 to 255: floats are rounded to the nearest level. Bytes are not copied. */
export function toUint8({ dtype, shape, data }: Images): NdArray<"uint8"> {
  if (dtype === "uint8") return ndarray(dtype, shape, data);
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) bytes[i] = Math.round(data[i] * 255);
  return ndarray("uint8", shape, bytes);
}

/** What a stored pixel is multiplied by to lie in [0, 1]. */
export function pixelScale(images: Images): number {
  return images.dtype === "uint8" ? 1 / 255 : 1;
}

/** The negative of images: white becomes black. */
export function invert<I extends Images>(images: I): I {
  const white = images.dtype === "uint8" ? 255 : 1;
  const data = images.data.slice();
  for (let i = 0; i < data.length; i++) data[i] = white - data[i];
  return { ...images, data };
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
