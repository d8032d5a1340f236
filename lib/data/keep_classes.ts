import { take } from "../array/rows.ts";
import { InputError } from "../input_error.ts";
import type { ImageSource } from "./image_source.ts";

/**
 * Of a source only the images of some classes, in their order.
 *
 * @param classes By name; a class without a name by its number.
 * @param options.name How messages name the source, quotes included.
 * @throws {InputError} If there are no labels, or a class has no image.
 */
export function keepClasses(
  source: ImageSource,
  classes: readonly (string | number)[],
  { name }: { name: string },
): ImageSource {
  const { labels, fileNames, arrayShape } = source;
  const rows = rowsOfClasses(source, classes, name);
  async function* chunks(size: number) {
    let [start, from] = [0, 0];
    for await (const chunk of source.chunks(size)) {
      const end = start + chunk.shape[0];
      let to = from;
      while (to < rows.length && rows[to] < end) to++;
      const wanted = rows.subarray(from, to).map((row) => row - start);
      if (wanted.length > 0) yield take(chunk, wanted);
      [start, from] = [end, to];
    }
  }
  return {
    ...source,
    count: rows.length,
    labels: Int32Array.from(rows, (row) => labels![row]),
    ...fileNames && { fileNames: Array.from(rows, (row) => fileNames[row]) },
    ...arrayShape && { arrayShape: [rows.length, ...arrayShape.slice(1)] },
    chunks,
  };
}

/** The rows of the classes, ascending. */
function rowsOfClasses(
  { labels, classNames, isNumbered }: ImageSource,
  classes: readonly (string | number)[],
  name: string,
): Uint32Array {
  const fault = (found: string) =>
    new InputError(`Cannot take classes ${classes.join(", ")} of ${name}: ${found}`);
  if (labels === undefined) throw fault("it has no labels");
  const nameOf = (label: number) => classNames?.[label] ?? String(label);
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const wanted = new Set(classes.map((one) => {
    const byName = present.find((label) => nameOf(label) === String(one));
    // A number of a folder's class says nothing about the classes of other folders.
    const label = byName ??
      (isNumbered || classNames === undefined
        ? present.find((label) => label === Number(one))
        : undefined);
    if (label !== undefined) return label;
    throw fault(
      `no image has the label ${one}, its labels are ${present.map(nameOf).join(", ")}`,
    );
  }));
  return Uint32Array.from([...labels.keys()].filter((row) => wanted.has(labels[row])));
}
