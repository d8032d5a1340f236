import type { Sharp } from "sharp";
import { ndarray } from "../array/ndarray.ts";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { decodeBmp, isBmp } from "./bmp.ts";
import { toChannels } from "./channels.ts";
import { startsWith } from "./npy.ts";
import { resizeImages } from "./resize.ts";
import { platform } from "../platform/platform.ts";

/** The kinds of image files that can be read, for messages. */
export const IMAGE_KINDS = "PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF";

/** Whether bytes begin as an image file does. */
export function isImage(start: Uint8Array): boolean {
  const magics = ["\x89PNG", "\xff\xd8\xff", "RIFF", "GIF8", "II*\0", "MM\0*"];
  return magics.some((magic) => startsWith(start, magic)) || isBmp(start) ||
    startsWith(start.subarray(4), "ftyp");
}

/** What an image file says of itself. */
export interface FileImage {
  readonly path: string;
  /** In pixels, upright as viewers show it. */
  readonly height: number;
  readonly width: number;
  readonly colour: boolean;
}

/** How to decode an image file. */
export interface DecodeOptions {
  height: number;
  width: number;
  channels: number;
  background: string;
}

/** A decoded image file. */
export interface DecodedImage {
  /** `[height, width, channels]` */
  readonly pixels: Uint8Array;
  /** Whether it had transparent pixels, which now show the background. */
  readonly isTransparent: boolean;
}

/** Sides up to this multiple of the size that is wanted are averaged in full. */
const MAX_REDUCTION = 8;

/**
 * Reads the size and kind of an image file.
 *
 * @throws {InputError} If it is none, or damaged.
 */
export async function describeImage(path: string): Promise<FileImage> {
  return { path, ...await describeBytes(await readBytes(path), path) };
}

/**
 * What {@linkcode describeImage} says, of the bytes of an image file.
 *
 * @param path Names it in messages.
 */
export async function describeBytes(
  bytes: Uint8Array,
  path: string,
): Promise<Omit<FileImage, "path">> {
  const image = await openImage(bytes, path);
  const { autoOrient, space } = await guarded(path, () => image.metadata());
  const grey = space === "b-w" || space === "grey16";
  return { height: autoOrient.height, width: autoOrient.width, colour: !grey };
}

/**
 * Decodes an image file (of a GIF or TIFF the first image), 16 bits to 8 and CMYK to RGB, and
 * converts it to a size and channels.
 *
 * @throws {InputError} If it cannot be decoded.
 */
export async function decodeImage(path: string, options: DecodeOptions): Promise<DecodedImage> {
  return await decodeBytes(await readBytes(path), path, options);
}

/**
 * Decodes the bytes of an image file as {@linkcode decodeImage} does.
 *
 * @param path Names it in messages.
 * @throws {InputError} If they cannot be decoded.
 */
export async function decodeBytes(
  bytes: Uint8Array,
  path: string,
  { height, width, channels, background }: DecodeOptions,
): Promise<DecodedImage> {
  const image = await openImage(bytes, path);
  const { hasAlpha, space, autoOrient } = await guarded(path, () => image.metadata());
  const isTransparent = hasAlpha && !(await guarded(path, () => image.stats())).isOpaque;
  let upright = (isTransparent ? image.flatten({ background }) : image.removeAlpha()).autoOrient();
  // The decoder reduces photos far larger than the size while it reads them, which is much faster.
  const least = { height: MAX_REDUCTION * height, width: MAX_REDUCTION * width };
  if (autoOrient.height >= 2 * least.height && autoOrient.width >= 2 * least.width) {
    upright = upright.resize({ ...least, fit: "fill" });
  }
  const isGrey = space === "b-w" || space === "grey16";
  const { data, info } = await guarded(
    path,
    () =>
      upright.toColourspace(isGrey && !isTransparent ? "b-w" : "srgb").raw({ depth: "uchar" })
        .toBuffer({ resolveWithObject: true }),
  );
  const shape = [1, info.height, info.width, info.channels];
  const decoded = toChannels(ndarray("uint8", shape, new Uint8Array(data)), channels);
  return { pixels: resizeImages(decoded, { height, width }).data as Uint8Array, isTransparent };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await platform.readFile(path);
  } catch (error) {
    throw explainFileError(error, `read ${JSON.stringify(path)}`);
  }
}

async function openImage(bytes: Uint8Array, path: string): Promise<Sharp> {
  // Loaded only when an image is: whoever reads arrays does not wait for it.
  const { default: sharp } = await import("sharp");
  if (bytes.length === 0) {
    throw new InputError(`Cannot read ${JSON.stringify(path)}: the file is empty`);
  }
  if (isBmp(bytes)) {
    const { shape: [height, width, channels], data } = decodeBmp(bytes, JSON.stringify(path));
    return sharp(data, { raw: { height, width, channels: channels as 3 } });
  }
  // The default fills what is missing of a truncated file with grey. Warnings are harmless.
  return sharp(bytes, { failOn: "error" });
}

async function guarded<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new InputError(
      `Cannot read ${JSON.stringify(path)}: it is no ${IMAGE_KINDS} image, or damaged`,
      { cause: error },
    );
  }
}
