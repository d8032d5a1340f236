/// <reference lib="dom" />
import { pictureOf } from "./drawing_pad.ts";
import type { Picture } from "./fit_picture.ts";

/** Larger pictures are scaled down first. */
const MAX_SIDE = 1024;

/** A picture that was read from a file. */
export interface PictureFile {
  readonly picture: Picture;
  /** The same to draw on a canvas. */
  readonly source: OffscreenCanvas;
}

/**
 * Reads a picture in any format that the browser knows; what is transparent becomes white.
 *
 * @throws {Error} If it is no such picture; the message is for the reader.
 */
export async function readPictureFile(file: File): Promise<PictureFile> {
  let bitmap: ImageBitmap;
  try {
    // Colours as they stand in the file, not as this screen would show them.
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  } catch (cause) {
    throw new Error(
      `Cannot read ${file.name}: the browser finds no picture in it, such as a PNG or JPEG`,
      { cause },
    );
  }
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const source = new OffscreenCanvas(width, height);
  const context = source.getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { picture: pictureOf(context.getImageData(0, 0, width, height)), source };
}

/** A picture of three channels as the models take it: grey, as it is, or with an opaque fourth. */
export function toChannels(picture: Picture, channels: number): Picture {
  if (channels === picture.channels) return picture;
  const { values, height, width } = picture;
  const converted = new Float32Array(height * width * channels).fill(1);
  for (let i = 0; i < height * width; i++) {
    const [r, g, b] = values.subarray(3 * i, 3 * i + 3);
    // Luma of ITU-R BT.601; equal parts stay what they are.
    const grey = r === g && g === b ? r : 0.299 * r + 0.587 * g + 0.114 * b;
    const parts = channels < 3 ? [grey] : [r, g, b];
    converted.set(parts, i * channels);
  }
  return { values: converted, height, width, channels };
}
