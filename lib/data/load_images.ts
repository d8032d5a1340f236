import { InputError } from "../input_error.ts";
import { allocate } from "../array/ndarray.ts";
import { slice, take } from "../array/rows.ts";
import type { Images } from "./dataset.ts";
import type { ImageSource } from "./image_source.ts";
import type { Scale } from "./images.ts";
import { openImages, type OpenImagesOptions } from "./open_images.ts";

/** Options of {@linkcode loadImages}. */
export interface LoadImagesOptions extends OpenImagesOptions {
  /** Keeps only images of these labels. By default all are kept. */
  classes?: readonly number[] | undefined;
}

/** Images in memory, and what was found with them. */
export interface LoadedImages {
  readonly images: Images;
  readonly scale: Scale;
  /** The user's own integer labels, `[count]`. */
  readonly labels?: Int32Array;
  /** The names of labels 0, 1, …, if classes have names that are no integers. */
  readonly classNames?: readonly string[];
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
  const source = await openImages(path, options);
  const { labels, scale, classNames } = source;
  const kept = keptRows(source, { path, classes: options.classes });
  const images = await gather(source, kept);
  return {
    images,
    scale,
    ...labels === undefined ? {} : { labels: Int32Array.from(kept, (row) => labels[row]) },
    ...classNames === undefined ? {} : { classNames },
  };
}

/** The rows of the asked-for classes, ascending. */
function keptRows(
  source: ImageSource,
  options: { path: string; classes: readonly number[] | undefined },
): Uint32Array {
  const { path, classes } = options;
  const { count, labels } = source;
  if (classes === undefined) return Uint32Array.from({ length: count }, (_, row) => row);
  const fault = (found: string) =>
    new InputError(
      `Cannot take classes ${classes.join(", ")} of ${JSON.stringify(path)}: ${found}`,
    );
  if (labels === undefined) throw fault("it has no labels");
  const present = new Set(labels);
  for (const label of classes) {
    if (!present.has(label)) {
      const labels = [...present].sort((a, b) => a - b);
      throw fault(`no image has the label ${label}, its labels are ${labels.join(", ")}`);
    }
  }
  const wanted = new Set(classes);
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (wanted.has(labels[row])) rows.push(row);
  return Uint32Array.from(rows);
}

/** Copies rows, given ascending, out of a source into one piece of memory. */
async function gather(source: ImageSource, rows: Uint32Array): Promise<Images> {
  const { height, width, channels } = source;
  let gathered: Images | undefined;
  let filled = 0;
  let start = 0;
  for await (const chunk of source.chunks(CHUNK)) {
    gathered ??= {
      dtype: chunk.dtype,
      shape: [rows.length, height, width, channels],
      data: allocate(chunk.dtype, rows.length * height * width * channels),
    } as Images;
    const end = start + chunk.shape[0];
    const from = filled;
    while (filled < rows.length && rows[filled] < end) filled++;
    const wanted = take(chunk, rows.subarray(from, filled).map((row) => row - start));
    slice(gathered, from, filled).data.set(wanted.data);
    start = end;
  }
  return gathered!;
}
