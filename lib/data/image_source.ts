import type { ArrayFile } from "./array_file.ts";
import type { Images } from "./dataset.ts";
import { findScale, type ImageShape, imageShape, type Scale, toImages } from "./images.ts";
import { InputError } from "../input_error.ts";

/** Images that were checked to their last byte and can now be read, a chunk at a time. */
export interface ImageSource extends ImageShape {
  readonly count: number;
  /** What white was in the file; the pixels of the chunks are scaled already. */
  readonly scale: Scale;
  /** The user's own integer labels `[count]`, if the file has any. */
  readonly labels?: Int32Array;
  /** The names of labels 0, 1, …, if classes have names that are no integers. */
  readonly classNames?: readonly string[];
  /** The shape of the array that held the images, if one did: `[count, height * width]` for rows. */
  readonly arrayShape?: readonly number[];
  /** The file of each image, if each has its own. */
  readonly fileNames?: readonly string[];
  /** The images in order, `size` at a time and at the end what is left. */
  chunks(size: number): AsyncIterable<Images>;
}

/** The height and width of an image in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/**
 * The images of an array, checked by reading it once.
 *
 * @throws {InputError} If it makes no images, they are not of the wanted size, or a pixel is wrong.
 */
export async function arrayImages(
  array: ArrayFile,
  options: { expectedScale?: Scale | undefined; size?: ImageSize | undefined } = {},
): Promise<ImageSource> {
  const { size } = options;
  const shape = imageShape(array);
  const { height, width, channels } = shape;
  if (size !== undefined && (height !== size.height || width !== size.width)) {
    throw new InputError(
      `Cannot use ${array.name} as images: they are ${height}x${width}, ` +
        `${size.height}x${size.width} is needed, and only image files are resized`,
    );
  }
  const scale = await findScale(array, options);
  async function* chunks(size: number): AsyncGenerator<Images> {
    for await (const rows of array.rows(size)) {
      yield toImages(rows, { shape: [rows.shape[0], height, width, channels], scale });
    }
  }
  return { ...shape, count: array.shape[0], scale, arrayShape: array.shape, chunks };
}
