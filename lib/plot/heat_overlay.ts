import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Images } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import { palette } from "./colormap.ts";

/**
 * Images in grey with a heat map over them in the colours of gnuplot2, three channels each.
 *
 * @param heat One channel in [0, 1], of the images' number, height and width.
 */
export function heatOverlay(images: Images, heat: Images): NdArray<"float32"> {
  const { data, shape: [count, height, width, channels] } = toFloat32(images);
  const values = toFloat32(heat).data;
  const colours = palette("gnuplot2");
  const pixels = new Float32Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const own = data.subarray(i * channels, (i + 1) * channels);
    const grey = own.reduce((sum, value) => sum + value, 0) / channels;
    const step = Math.round(255 * values[i]);
    for (let c = 0; c < 3; c++) {
      pixels[3 * i + c] = 0.35 * grey + 0.65 * colours[3 * step + c] / 255;
    }
  }
  return ndarray("float32", [count, height, width, 3], pixels);
}
