import { allocate } from "../array/ndarray.ts";
import { slice } from "../array/rows.ts";
import type { Images } from "./dataset.ts";
import type { ImageSource } from "./image_source.ts";
import { keepClasses } from "./keep_classes.ts";
import { openImages, type OpenImagesOptions } from "./open_images.ts";

/** Options of {@linkcode loadImages}. */
export interface LoadImagesOptions extends OpenImagesOptions {
  /** Keeps only images of these classes, by name or number. By default all are kept. */
  classes?: readonly (string | number)[] | undefined;
}

/** Images in memory, and what was found with them. */
export interface LoadedImages extends
  Pick<
    ImageSource,
    "white" | "labels" | "classNames" | "unusedClasses" | "isNumbered" | "fileNames" | "warnings"
  > {
  readonly images: Images;
}

const CHUNK = 1024;

/**
 * Loads images, whatever holds them; {@linkcode openImages} says what can.
 *
 * @throws {InputError} As `openImages`; if `classes` are asked for and there are no labels, or a class has no image.
 */
export async function loadImages(
  path: string,
  options: LoadImagesOptions = {},
): Promise<LoadedImages> {
  const { classes } = options;
  const opened = await openImages(path, options);
  const source = classes === undefined
    ? opened
    : keepClasses(opened, classes, { name: JSON.stringify(path) });
  const { labels, classNames, unusedClasses, isNumbered, fileNames, white, warnings } = source;
  return {
    images: await gather(source),
    white,
    warnings,
    ...labels && { labels },
    ...classNames && { classNames },
    ...unusedClasses && { unusedClasses },
    ...isNumbered && { isNumbered },
    ...fileNames && { fileNames },
  };
}

/** Copies a source into one piece of memory. */
async function gather(source: ImageSource): Promise<Images> {
  const { count, height, width, channels } = source;
  let gathered: Images | undefined;
  let filled = 0;
  for await (const chunk of source.chunks(CHUNK)) {
    const { dtype, data, shape: [rows] } = chunk;
    gathered ??= {
      dtype,
      shape: [count, height, width, channels],
      data: allocate(dtype, count * height * width * channels),
    } as Images;
    slice(gathered, filled, filled + rows).data.set(data);
    filled += rows;
  }
  return gathered!;
}
