import { allocate } from "../array/ndarray.ts";
import type { GraphBuilder, Value } from "../onnx/graph_builder.ts";
import type { Images } from "../data/dataset.ts";

/**
 * Images made smaller by a whole factor: each pixel is the mean of a square of pixels. Rows and
 * columns that fill no square are left out.
 *
 * @param images `[count, height, width, channels]`
 * @returns `[count, floor(height / factor), floor(width / factor), channels]` of the same dtype;
 * bytes are rounded.
 */
export function shrink<I extends Images>(images: I, factor: number): I {
  if (factor === 1) return images;
  const { data, shape: [count, height, width, channels] } = images;
  const [rows, columns] = [Math.floor(height / factor), Math.floor(width / factor)];
  const small = allocate(images.dtype, count * rows * columns * channels);
  const round = images.dtype === "uint8" ? 0.5 : 0;
  let to = 0;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const start = ((image * height + row * factor) * width + column * factor) * channels;
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let y = 0; y < factor; y++) {
            const line = start + y * width * channels + c;
            for (let x = 0; x < factor; x++) sum += data[line + x * channels];
          }
          small[to++] = sum / (factor * factor) + round;
        }
      }
    }
  }
  return { ...images, shape: [count, rows, columns, channels], data: small };
}

/** Appends {@linkcode shrink} to a graph. */
export function appendShrink({ op }: GraphBuilder, images: Value, factor: number): Value {
  if (factor === 1) return images;
  const square = { kernel_shape: [factor, factor], strides: [factor, factor] };
  const planes = op.Transpose(images, { perm: [0, 3, 1, 2] });
  return op.Transpose(op.AveragePool(planes, square), { perm: [0, 2, 3, 1] });
}
