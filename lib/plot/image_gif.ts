import { toChannels } from "../data/channels.ts";
import type { Images } from "../data/dataset.ts";
import { imageGrid, type ImageGridOptions } from "./image_grid.ts";

/** Options for {@linkcode imageGif}. */
export interface ImageGifOptions extends ImageGridOptions {
  /** Milliseconds that a frame is shown. @default {100} */
  delay?: number;
}

/**
 * Grids of images one after another, as the bytes of an animated GIF that loops.
 *
 * @param frames Equally many images of one size in each.
 * @throws {RangeError} If there is no frame.
 */
export async function imageGif(
  frames: readonly Images[],
  { delay = 100, ...options }: ImageGifOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (frames.length === 0) throw new RangeError("Cannot show 0 frames: at least one is needed");
  const { default: sharp } = await import("sharp");
  // Of grey pictures libvips writes frames with palettes of other frames.
  const isGrey = frames[0].shape[3] === 1 && (options.colormap ?? "grey") === "grey";
  const pictures = frames.map((images) =>
    imageGrid(isGrey ? toChannels(images, 3) : images, options)
  );
  const source = pictures.length === 1
    ? sharp(pictures[0])
    : sharp(pictures, { join: { animated: true } });
  const { buffer, byteOffset, length } = await source
    .gif({ loop: 0, delay: frames.map(() => delay) }).toBuffer();
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
}
