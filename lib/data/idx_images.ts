import { exists } from "../files/out_path.ts";
import { openBytes } from "./bytes.ts";
import { openIdx, unzipped } from "./idx.ts";
import { arrayImages, type ImageSource, type WhiteOptions } from "./image_source.ts";
import { readLabels } from "./labels.ts";

/** Options of {@linkcode openIdxImages}. */
export interface IdxImagesOptions extends WhiteOptions {
  labels?: boolean | undefined;
  maxBytes?: number | undefined;
}

/**
 * Opens the images of an IDX file, and with it the labels beside it if both are named as MNIST's are:
 * `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`.
 *
 * @throws {InputError} If either is damaged, or there are not as many labels as images.
 */
export async function openIdxImages(
  path: string,
  options: IdxImagesOptions = {},
): Promise<ImageSource> {
  const open = async (path: string) =>
    await openIdx(await unzipped(await openBytes(path), options));
  const array = await open(path);
  const labelsPath = path.replace(/images([-.])idx3(?=[^/\\]*$)/, "labels$1idx1");
  if (options.labels === false || labelsPath === path || !await exists(labelsPath)) {
    return await arrayImages(array, options);
  }
  const labels = await readLabels(await open(labelsPath), { count: array.shape[0] });
  return { ...await arrayImages(array, options), labels };
}
