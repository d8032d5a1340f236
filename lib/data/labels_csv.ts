import { parse, stringify } from "@std/csv";
import { take } from "../array/rows.ts";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { platform } from "../platform/platform.ts";
import { labelNames, some } from "./classes.ts";
import type { LoadedImages } from "./load_images.ts";

/** What one image is labelled with. */
export interface ImageLabel {
  /** The name of its file in its folder, or of an image of an array its row from 0. */
  readonly file: string;
  /** The name of its class; absent where a person said that it is of no interest. */
  readonly label?: string | undefined;
  /** Who decided: a person, or labels of a person that were spread. */
  readonly by: "person" | "propagated";
}

/** Spreadsheets run text that starts so as a formula: an apostrophe goes before it. */
const FORMULA = /^'?[=+\-@\t\r]/;

/** The text of `labels.csv`: the columns `File`, `Label` and `By`. */
export function formatLabelsCsv(labels: readonly ImageLabel[]): string {
  const cell = (text: string) => FORMULA.test(text) ? `'${text}` : text;
  return stringify([
    ["File", "Label", "By"],
    ...labels.map(({ file, label = "", by }) => [cell(file), cell(label), by]),
  ]);
}

/**
 * Reads the text of `labels.csv`, or of another table with the columns `File` and `Label` (or
 * `Predicted_Label`, as `classify` writes it). Without a column `By` a person decided.
 *
 * @param path Names the file in messages.
 * @throws {InputError} If it is no such table, or a file is in it twice.
 */
export function parseLabelsCsv(text: string, path: string): ImageLabel[] {
  const fail = (found: string): never => {
    throw new InputError(
      `Cannot read "${path}": ${found}, a table with the columns File, Label and perhaps By is needed`,
    );
  };
  let rows: string[][];
  try {
    rows = parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    return fail(`it is no table (${(error as Error).message.split("\n")[0]})`);
  }
  const [header = [], ...others] = rows;
  const names = header.map((name) => name.trim().toLowerCase());
  const [fileAt, labelAt, byAt] = [["file"], ["label", "predicted_label"], ["by"]]
    .map((known) => names.findIndex((name) => known.includes(name)));
  if (fileAt < 0 || labelAt < 0) fail(`its first line is ${some(header)}`);
  const seen = new Set<string>();
  return others.map((row, i) => {
    const cell = (at: number) => row[at].replace(/^'(?='?[=+\-@\t\r])/, "");
    if (row.length !== header.length) fail(`line ${i + 2} has ${row.length} cells`);
    const [file, label, by] = [cell(fileAt), cell(labelAt), byAt < 0 ? "person" : row[byAt]];
    if (by !== "person" && by !== "propagated") fail(`line ${i + 2} was decided by "${by}"`);
    if (seen.has(file)) fail(`"${file}" is in it twice`);
    seen.add(file);
    return { file, ...label !== "" && { label }, by: by as ImageLabel["by"] };
  });
}

/**
 * Reads a file as {@linkcode parseLabelsCsv} does.
 *
 * @throws {InputError} As it does, or if there is no such file.
 */
async function readLabelsCsv(path: string): Promise<ImageLabel[]> {
  let text;
  try {
    text = await platform.readTextFile(path);
  } catch (error) {
    throw explainFileError(error, `read "${path}"`);
  }
  return parseLabelsCsv(text, path);
}

/**
 * The images among those to train on that a person labelled, as a table says.
 *
 * @param options `train` names the images to train on in messages.
 * @throws {InputError} If the table cannot be read, names an image that is not there, or labels none.
 */
export async function readLabelled(
  path: string,
  images: LoadedImages,
  { train }: { train: string },
): Promise<LoadedImages> {
  const labels = (await readLabelsCsv(path))
    .filter(({ label, by }) => label !== undefined && by === "person");
  if (labels.length === 0) {
    throw new InputError(`Cannot use "${path}": it holds no label that a person gave`);
  }
  const [count] = images.images.shape;
  const { fileNames = Array.from({ length: count }, (_, row) => String(row)) } = images;
  const rowOf = new Map(fileNames.map((name, row) => [name, row]));
  const missing = labels.flatMap(({ file }) => rowOf.has(file) ? [] : [file]);
  if (missing.length > 0) {
    throw new InputError(
      `Cannot use "${path}": ${some(missing)} are not among the images of "${train}", such as ${
        some(fileNames, 1)
      }, labels of these are needed`,
    );
  }
  const { labels: numbers, classNames } = labelNames(labels.map(({ label }) => label!));
  return {
    labels: numbers,
    ...classNames && { classNames },
    images: take(images.images, labels.map(({ file }) => rowOf.get(file)!)),
    white: images.white,
    warnings: [],
  };
}
