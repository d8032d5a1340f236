import type { ArrayFile } from "./array_file.ts";
import { toChannels } from "./channels.ts";
import type { Images } from "./dataset.ts";
import { type ImageShape, imageShape, maxPixel, toImages } from "./images.ts";
import { type ImageSize, resizeImages } from "./resize.ts";
import { findWhite } from "./white.ts";

/** Images that were checked to their last byte and can now be read, a chunk at a time. */
export interface ImageSource extends ImageShape {
  readonly count: number;
  /** The number that is white in the file; the pixels of the chunks are scaled already. */
  readonly white: number;
  /** Integer labels `[count]`, if there are any: the user's own, or places in `classNames`. */
  readonly labels?: Int32Array;
  /** The names of labels 0, 1, …, if classes have names that are no integers. */
  readonly classNames?: readonly string[];
  /** The classes that the images are sorted by, where their labels are not to be read. */
  readonly unusedClasses?: readonly string[];
  /** Whether labels are numbers of the data's own, which `classNames` only describe. */
  readonly isNumbered?: boolean;
  /** The shape of the array that held the images, if one did: `[count, height * width]` for rows. */
  readonly arrayShape?: readonly number[];
  /** The file of each image, if each has its own. */
  readonly fileNames?: readonly string[];
  /** Sentences about what was assumed. */
  readonly warnings: readonly string[];
  /** The images in order, at most `size` at a time. */
  chunks(size: number): AsyncIterable<Images>;
}

/** What decides how pixels are read from an array. */
export interface WhiteOptions {
  /** The number that is white in arrays. By default found from their element type and range. */
  white?: number | undefined;
  /** White in the images that these belong to, such as a model's training images. */
  expectedWhite?: number | undefined;
}

/** What images are converted to. */
export interface ConvertOptions {
  /** Resizes every image to this, whatever its own proportions. */
  size?: ImageSize | undefined;
  /** Turns colour grey (1) or grey into colour (3). By default images stay what they are. */
  channels?: number | undefined;
}

/**
 * The images of an array, checked by reading it once.
 *
 * @throws {InputError} If it makes no images, or a pixel is wrong.
 */
export async function arrayImages(
  array: ArrayFile,
  options: WhiteOptions = {},
): Promise<ImageSource> {
  const { channelsFirst, ...shape } = imageShape(array);
  const layout = { channelsFirst, ...shape };
  const { name, dtype } = array;
  const { white, expectedWhite } = options;
  const found = findWhite({ name, dtype, max: await maxPixel(array), white, expectedWhite });
  async function* chunks(size: number): AsyncGenerator<Images> {
    for await (const rows of array.rows(size)) yield toImages(rows, { layout, ...found });
  }
  const arrayShape = channelsFirst && shape.channels > 1 ? {} : { arrayShape: array.shape };
  return { ...shape, count: array.shape[0], ...found, ...arrayShape, chunks };
}

/**
 * A source with its images converted as they are read.
 *
 * @throws {InputError} If the images have neither one nor three channels and others are wanted.
 */
export function convertSource(source: ImageSource, options: ConvertOptions): ImageSource {
  const { height, width } = options.size ?? source;
  const { channels = source.channels } = options;
  if (height === source.height && width === source.width && channels === source.channels) {
    return source;
  }
  const convert = (images: Images) => resizeImages(toChannels(images, channels), { height, width });
  // Throws here, not in the first chunk.
  const none = {
    dtype: "uint8",
    shape: [0, 1, 1, source.channels],
    data: new Uint8Array(),
  } as const;
  resizeImages(toChannels(none, channels), { height, width });
  async function* chunks(size: number): AsyncGenerator<Images> {
    for await (const images of source.chunks(size)) yield convert(images);
  }
  const { arrayShape: _arrayShape, ...rest } = source;
  const from = `${source.height}x${source.width}`;
  const warnings = source.fileNames !== undefined || from === `${height}x${width}`
    ? source.warnings
    : [...source.warnings, `images of ${from} are resized to ${height}x${width}`];
  return { ...rest, height, width, channels, warnings, chunks };
}
