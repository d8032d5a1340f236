import type { Sharp } from "sharp";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";

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
  channels: 1 | 3;
  background?: string | undefined;
}

/**
 * Reads the size and kind of a PNG or JPEG file.
 *
 * @throws {InputError} If it is none, or damaged.
 */
export async function describeImage(path: string): Promise<FileImage> {
  const image = await openImage(path);
  const { autoOrient, space } = await guarded(path, () => image.metadata());
  const grey = space === "b-w" || space === "grey16";
  return { path, height: autoOrient.height, width: autoOrient.width, colour: !grey };
}

/**
 * Decodes a PNG or JPEG file, 16 bits to 8 and CMYK to RGB, resizing it if it is not of that size.
 *
 * @returns Pixels `[height, width, channels]`.
 * @throws {InputError} If it cannot be decoded, or is transparent and no `background` is given.
 */
export async function decodeImage(path: string, options: DecodeOptions): Promise<Uint8Array> {
  const { height, width, channels, background } = options;
  const image = await openImage(path);
  const { hasAlpha } = await guarded(path, () => image.metadata());
  if (hasAlpha && background === undefined) {
    const { isOpaque } = await guarded(path, () => image.stats());
    if (!isOpaque) {
      throw new InputError(
        `Cannot use ${JSON.stringify(path)}: it has transparent pixels, ` +
          "name the colour behind them with --background",
      );
    }
  }
  const solid = background === undefined ? image.removeAlpha() : image.flatten({ background });
  const resized = solid.autoOrient().resize({ width, height, fit: "fill" });
  const { data } = await guarded(
    path,
    () =>
      resized.toColourspace(channels === 1 ? "b-w" : "srgb").raw({ depth: "uchar" })
        .toBuffer({ resolveWithObject: true }),
  );
  return new Uint8Array(data);
}

async function openImage(path: string): Promise<Sharp> {
  // Loaded only when an image is: whoever reads arrays does not wait for it.
  const { default: sharp } = await import("sharp");
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw explainFileError(error, `read ${JSON.stringify(path)}`);
  }
  if (bytes.length === 0) {
    throw new InputError(`Cannot read ${JSON.stringify(path)}: the file is empty`);
  }
  // Strict: the default fills what is missing of a truncated file with grey.
  return sharp(bytes, { failOn: "warning" });
}

async function guarded<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new InputError(
      `Cannot read ${JSON.stringify(path)}: it is no PNG or JPEG image, or damaged`,
      {
        cause: error,
      },
    );
  }
}
