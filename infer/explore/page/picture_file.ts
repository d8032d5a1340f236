/// <reference lib="dom" />
import { ndarray } from "../../../lib/array/ndarray.ts";
import { toChannels } from "../../../lib/data/channels.ts";
import { toFloat32, toUint8 } from "../../../lib/data/pixels.ts";
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

/** A picture with as many channels as the models take, converted as images in files are. */
export function toPictureChannels(picture: Picture, channels: number): Picture {
  const { values, height, width } = picture;
  const images = ndarray("float32", [1, height, width, picture.channels], values);
  const converted = toFloat32(toChannels(toUint8(images), channels));
  return { values: converted.data, height, width, channels };
}
