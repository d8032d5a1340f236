import type { Run } from "../lib/run/run_folder.ts";
import { openImages } from "../lib/data/open_images.ts";
import { keepClasses } from "../lib/data/keep_classes.ts";
import type { ImageSource } from "../lib/data/image_source.ts";

/** Options for {@linkcode openRunImages}. */
export interface OpenRunImagesOptions {
  /** The `.npz` key of the images. By default a common name. */
  imagesKey?: string | undefined;
  /** The `.npz` key of the labels. By default a common name. */
  labelsKey?: string | undefined;
  /** The number that is white in arrays. By default found from their range and the run's. */
  white?: number | undefined;
  /** The colour behind transparent pixels of image files. @default {"white"} */
  background?: string | undefined;
  /** Leaves out image files that cannot be decoded. @default {false} */
  skipDamaged?: boolean | undefined;
  /** Largest size in bytes that a compressed file may unpack to. By default 4 GiB. */
  maxBytes?: number | undefined;
  /** Whether to read labels. @default {true} */
  labels?: boolean | undefined;
  /** Keeps only images of these classes, by name or number. By default all are kept. */
  classes?: readonly string[] | undefined;
}

/**
 * Opens images for a run's models, resized and with the channels that they take.
 *
 * @throws {InputError} If the images cannot be read.
 */
export async function openRunImages(
  path: string,
  { manifest }: Run,
  options: OpenRunImagesOptions = {},
): Promise<ImageSource> {
  const [height, width, channels] = manifest.imageShape;
  const source = await openImages(path, {
    ...options,
    size: { height, width },
    channels,
    role: "test",
    expectedWhite: manifest.scale,
  });
  const { classes } = options;
  return classes === undefined
    ? source
    : keepClasses(source, classes, { name: JSON.stringify(path) });
}
