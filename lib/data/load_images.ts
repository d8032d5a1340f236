import { InputError } from "../input_error.ts";
import { allocate } from "../array/ndarray.ts";
import { slice, take } from "../array/rows.ts";
import type { Images } from "./dataset.ts";
import type { ImageSource } from "./image_source.ts";
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
    "white" | "labels" | "classNames" | "isNumbered" | "fileNames" | "warnings"
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
  const source = await openImages(path, options);
  const { labels, classNames, isNumbered, fileNames, white, warnings } = source;
  const { classes } = options;
  const kept = classes === undefined
    ? Uint32Array.from({ length: source.count }, (_, row) => row)
    : rowsOfClasses(source, classes, JSON.stringify(path));
  return {
    images: await gather(source, kept),
    white,
    warnings,
    ...labels && { labels: Int32Array.from(kept, (row) => labels[row]) },
    ...classNames && { classNames },
    ...isNumbered && { isNumbered },
    ...fileNames && { fileNames: Array.from(kept, (row) => fileNames[row]) },
  };
}

/** The rows of classes that are asked for by name or number, ascending. */
function rowsOfClasses(
  { labels, classNames = [], isNumbered }: ImageSource,
  classes: readonly (string | number)[],
  name: string,
): Uint32Array {
  const fault = (found: string) =>
    new InputError(`Cannot take classes ${classes.join(", ")} of ${name}: ${found}`);
  if (labels === undefined) throw fault("it has no labels");
  const nameOf = (label: number) => classNames[label] ?? String(label);
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const wanted = new Set(classes.map((one) => {
    const byName = present.find((label) => nameOf(label) === String(one));
    // A number of a folder's class says nothing about the classes of other folders.
    const label = byName ??
      (isNumbered ? present.find((label) => label === Number(one)) : undefined);
    if (label !== undefined) return label;
    throw fault(
      `no image has the label ${one}, its labels are ${present.map(nameOf).join(", ")}`,
    );
  }));
  return Uint32Array.from([...labels.keys()].filter((row) => wanted.has(labels[row])));
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
