import { join } from "node:path";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { platform } from "../platform/platform.ts";
import { labelNames, naturalOrder, some } from "./classes.ts";
import type { Images } from "./dataset.ts";
import type { ImageSource } from "./image_source.ts";
import { LEFT_BY_SYSTEMS, READABLE } from "./list_folder.ts";

/**
 * The `.npz` and `.parquet` files in a folder, in natural order. Beside images or folders they are
 * none: what lies in a folder of photos does not replace the photos.
 *
 * @throws {InputError} If the folder cannot be read.
 */
export async function listShards(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isFile } of platform.readDir(folder)) {
      if (LEFT_BY_SYSTEMS.test(name)) continue;
      if (!isFile || READABLE.test(name)) return [];
      if (/\.(npz|parquet)$/i.test(name)) found.push(name);
    }
  } catch (error) {
    throw explainFileError(error, `read ${JSON.stringify(folder)}`);
  }
  return found.sort(naturalOrder);
}

/**
 * The images of several files, one after the other. Each is checked when it is opened.
 *
 * @param names Of the files in the folder.
 * @throws {InputError} As `open` does, or if the files do not hold images of one kind, or labels all.
 */
export async function openShards(
  folder: string,
  names: readonly string[],
  open: (path: string) => Promise<ImageSource>,
): Promise<ImageSource> {
  const sources: ImageSource[] = [];
  for (const name of names) sources.push(await open(join(folder, name)));
  const [first] = sources;
  const differ = (what: string, ofShard: (source: ImageSource) => string) => {
    const other = sources.findIndex((source) => ofShard(source) !== ofShard(first));
    if (other === -1) return;
    throw new InputError(
      `Cannot read the folder ${JSON.stringify(folder)}: ${what} ${ofShard(first)} in "${
        names[0]
      }" and ${ofShard(sources[other])} in "${names[other]}", one for all is needed`,
    );
  };
  differ("images are", ({ height, width, channels }) => `${height}x${width}x${channels}`);
  differ("white is", ({ white }) => `${white}`);
  differ("there are", ({ labels }) => labels === undefined ? "no labels" : "labels");
  async function* chunks(size: number): AsyncGenerator<Images> {
    let kind: string | undefined;
    for (const [i, source] of sources.entries()) {
      for await (const images of source.chunks(size)) {
        kind ??= images.dtype;
        if (images.dtype !== kind) {
          throw new InputError(
            `Cannot read the folder ${JSON.stringify(folder)}: pixels are ${kind} in "${
              names[0]
            }" and ${images.dtype} in "${names[i]}", one for all is needed`,
          );
        }
        yield images;
      }
    }
  }
  const { height, width, channels, white } = first;
  return {
    height,
    width,
    channels,
    white,
    ...first.labels && joinLabels(sources),
    count: sources.reduce((sum, { count }) => sum + count, 0),
    warnings: joinWarnings(sources, names),
    chunks,
  };
}

/** Numbers as they are; with names in any file, all by their names. */
function joinLabels(
  sources: readonly ImageSource[],
): Pick<ImageSource, "labels" | "classNames"> {
  const labels = sources.flatMap(({ labels, classNames }) =>
    Array.from(labels!, (label) => classNames?.[label] ?? label)
  );
  if (labels.every((label) => typeof label === "number")) {
    return { labels: Int32Array.from(labels) };
  }
  const { classNames, ...named } = labelNames(labels.map(String));
  return { ...named, ...classNames && { classNames } };
}

/** What several files say counts once, with their names. */
function joinWarnings(sources: readonly ImageSource[], names: readonly string[]): string[] {
  const warned = names.filter((_, i) => sources[i].warnings.length > 0);
  const [first] = sources.filter(({ warnings }) => warnings.length > 0);
  if (first === undefined) return [];
  return warned.length === 1
    ? [...first.warnings]
    : [`${first.warnings[0]} (likewise in ${some(warned)})`, ...first.warnings.slice(1)];
}
