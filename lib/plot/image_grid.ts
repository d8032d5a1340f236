import type { Images } from "../data/dataset.ts";
import { type Colormap, palette } from "./colormap.ts";
import { encodePng } from "./png.ts";

/** Options for {@linkcode imageGrid}. */
export interface ImageGridOptions {
  /** How many images stand side by side. @default The square root of their number, rounded up */
  columns?: number;
  /** The colours of images with one channel. @default {"grey"} */
  colormap?: Colormap;
  /** The side of a pixel in the picture. @default The number that makes an image about 56 wide */
  scale?: number;
}

/**
 * Images side by side in rows, as the bytes of a PNG file. The places that are left over in the
 * last row are black. Of 3 or 4 channels the first three are red, green and blue; of 2 the first is
 * shown.
 *
 * @throws {RangeError} If there is no image.
 */
export function imageGrid(images: Images, options: ImageGridOptions = {}): Uint8Array {
  const { dtype, shape: [count, height, width, channels], data } = images;
  const { columns = Math.ceil(Math.sqrt(count)), colormap = "grey" } = options;
  const { scale = Math.max(1, Math.round(56 / width)) } = options;
  if (count === 0) throw new RangeError("Cannot show 0 images: at least one is needed");
  const shown = channels >= 3 ? 3 : 1;
  const rows = Math.ceil(count / columns);
  const rowLength = width * scale * shown;
  const stride = columns * rowLength;
  const picture = new Uint8Array(rows * height * scale * stride);
  const toByte = dtype === "uint8" ? 1 : 255;
  for (let image = 0; image < count; image++) {
    const top = Math.floor(image / columns) * height * scale;
    const left = (image % columns) * rowLength;
    for (let y = 0; y < height; y++) {
      const to = (top + y * scale) * stride + left;
      const from = (image * height + y) * width * channels;
      for (let i = 0; i < rowLength; i++) {
        const x = Math.floor(i / (scale * shown));
        const value = data[from + x * channels + i % shown] * toByte;
        picture[to + i] = Math.round(Math.min(255, Math.max(0, value)));
      }
      for (let copy = 1; copy < scale; copy++) {
        picture.copyWithin(to + copy * stride, to, to + rowLength);
      }
    }
  }
  return encodePng({
    width: columns * width * scale,
    height: rows * height * scale,
    pixels: picture,
    channels: shown,
    ...(shown === 1 && colormap !== "grey" ? { palette: palette(colormap) } : {}),
  });
}
