import { type DType, type NdArray, ndarray, sizeOf } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import { type ArrayFile, checkChunkSize } from "./array_file.ts";
import { type ByteFile, MAX_BYTES } from "./bytes.ts";
import { IMAGE_KEYS, LABEL_KEYS } from "./choose_array.ts";
import { type ClassLabels, labelNames } from "./classes.ts";
import { decodeBytes, describeBytes, isImage } from "./image_file.ts";
import type { ImageFolderOptions } from "./image_folder.ts";
import { arrayImages, type ImageSource, type WhiteOptions } from "./image_source.ts";
import { openParquet, type ParquetFile } from "./parquet.ts";

/** Options of {@linkcode openParquetImages}. */
export interface ParquetImagesOptions extends ImageFolderOptions, WhiteOptions {
  /** The column of the images. By default one with a common name. */
  imagesKey?: string | undefined;
  /** The column of the labels. By default one with a common name, if there is one. */
  labelsKey?: string | undefined;
  /** Whether to read labels. @default {true} */
  labels?: boolean | undefined;
  /** The most bytes it may unpack to. @default {4294967296} */
  maxBytes?: number | undefined;
}

const COLUMNS = {
  images: ["image", "img", "pixels", ...IMAGE_KEYS],
  labels: [...LABEL_KEYS, "class"],
};

/**
 * Opens the images of a Parquet file: a column of encoded images (PNG, JPEG, …), as bytes or as Hugging
 * Face's `{bytes, path}`; of the bytes of pixels; or of lists of pixels. Pixels make the size that is
 * asked for, if they are as many, or else squares. It is read once to check it; a row group is in
 * memory at a time.
 *
 * @throws {InputError} If there is no such column, an image or a label is wrong, or the file is damaged.
 */
export async function openParquetImages(
  file: ByteFile,
  options: ParquetImagesOptions = {},
): Promise<ImageSource> {
  const { maxBytes = MAX_BYTES, imagesKey, labelsKey } = options;
  const table = await openParquet(file, { maxBytes });
  const column = chooseColumn(table, "images", imagesKey)!;
  const named = { ...table, name: `column ${JSON.stringify(column)} of ${table.name}` };
  const labelColumn = options.labels === false
    ? undefined
    : chooseColumn(table, "labels", labelsKey);
  const labels = labelColumn && await readLabels(table, labelColumn);
  for await (const [value] of table.values(column)) {
    const first = contentOf(value);
    const isEncoded = first instanceof Uint8Array && isImage(first);
    const source = isEncoded
      ? await arrayImages(await encodedImages(named, column, options), { white: 255 })
      : await arrayImages(pixelRows(named, column, { first, ...options }), options);
    return { ...source, ...labels } as ImageSource;
  }
  throw new InputError(`Cannot use ${table.name} as images: it has no rows`);
}

function chooseColumn(
  { name, columns }: ParquetFile,
  wanted: "images" | "labels",
  key: string | undefined,
): string | undefined {
  const all = [...columns.keys()];
  const fault = (found: string) =>
    new InputError(
      `Cannot find ${wanted} in ${name}: ${found}, name one of ${
        all.map((column) => JSON.stringify(column)).join(", ")
      } with --${wanted}-key`,
    );
  if (key !== undefined) {
    if (!columns.has(key)) throw fault(`it has no column ${JSON.stringify(key)}`);
    return key;
  }
  const found = COLUMNS[wanted].filter((column) => columns.has(column));
  if (found.length > 1) {
    throw fault(`${found.map((column) => JSON.stringify(column)).join(" and ")} could both be`);
  }
  if (found.length === 1 || wanted === "labels") return found[0];
  if (all.length === 1) return all[0];
  throw fault("no column has a common name");
}

/** An array over the images that files in a column hold. */
async function encodedImages(
  table: ParquetFile,
  column: string,
  { size, channels, background = "white" }: ParquetImagesOptions,
): Promise<ArrayFile> {
  const { name, count } = table;
  const nameOf = (row: number) => `row ${row} of ${name}`;
  let found: { height: number; width: number; colour: boolean } | undefined;
  if (size === undefined || channels === undefined) {
    for await (const { row, content } of eachRow(table, column)) {
      const image = await describeBytes(bytesOf(content, nameOf(row)), nameOf(row));
      found ??= image;
      if (size === undefined && (image.height !== found.height || image.width !== found.width)) {
        throw new InputError(
          `Cannot use images of different sizes: row 0 of ${name} is ${found.height}x${found.width} ` +
            `and row ${row} is ${image.height}x${image.width} (height x width), ` +
            "give one size to resize them to with --size",
        );
      }
      found = { ...found, colour: found.colour || image.colour };
    }
  }
  const { height, width } = size ?? found!;
  const decoded = { height, width, channels: channels ?? (found!.colour ? 3 : 1), background };
  const shape = [count, height, width, decoded.channels];
  return arrayOf({ name, dtype: "uint8", shape }, async function* () {
    for await (const { row, content } of eachRow(table, column)) {
      yield (await decodeBytes(bytesOf(content, nameOf(row)), nameOf(row), decoded)).pixels;
    }
  });
}

/** An array over pixels in a column, as bytes or in lists. */
function pixelRows(
  table: ParquetFile,
  column: string,
  { first, size, channels = 1 }: ParquetImagesOptions & { first: Content },
): ArrayFile {
  const { name, count, columns } = table;
  const length = first?.length ?? 0;
  const asked = size === undefined ? [] : [size.height, size.width, channels];
  const shape = [count, ...asked.length > 0 && sizeOf(asked) === length ? asked : [length]];
  const type = columns.get(column)!.type;
  const dtype = first instanceof Uint8Array
    ? "uint8"
    : type?.startsWith("INT")
    ? "int32"
    : "float64";
  return arrayOf({ name, dtype, shape }, async function* () {
    for await (const { row, content } of eachRow(table, column)) {
      if (content?.length === length) {
        yield content;
        continue;
      }
      throw new InputError(
        `Cannot use ${name} as images: row ${row} (the first is 0) has ${
          content?.length ?? "no"
        } pixels, the ${length} of row 0 are needed`,
      );
    }
  });
}

type Content = Uint8Array | readonly number[] | undefined;

/** The bytes or pixels of a value. */
function contentOf(value: unknown): Content {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.flat(3).map(Number);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  const bytes = (value as { bytes?: unknown } | null | undefined)?.bytes;
  return bytes instanceof Uint8Array ? bytes : undefined;
}

function bytesOf(content: Content, name: string): Uint8Array {
  if (content instanceof Uint8Array) return content;
  throw new InputError(`Cannot read ${name}: it holds no image`);
}

async function* eachRow(
  table: ParquetFile,
  column: string,
): AsyncGenerator<{ row: number; content: Content }> {
  let row = 0;
  for await (const values of table.values(column)) {
    for (const value of values) yield { row: row++, content: contentOf(value) };
  }
}

/** An array of which a row at a time is at hand. */
function arrayOf(
  { name, dtype, shape }: { name: string; dtype: DType; shape: readonly number[] },
  each: () => AsyncIterable<ArrayLike<number>>,
): ArrayFile {
  const stride = sizeOf(shape.slice(1));
  const block = (rows: readonly ArrayLike<number>[]): NdArray => {
    const Data = { uint8: Uint8Array, int32: Int32Array }[dtype as string] ?? Float64Array;
    const data = new Data(rows.length * stride);
    rows.forEach((row, i) => data.set(row, i * stride));
    return ndarray(dtype, [rows.length, ...shape.slice(1)], data as Float64Array) as NdArray;
  };
  async function* rows(size: number): AsyncGenerator<NdArray> {
    checkChunkSize(size);
    let held: ArrayLike<number>[] = [];
    for await (const row of each()) {
      held.push(row);
      if (held.length < size) continue;
      yield block(held);
      held = [];
    }
    if (held.length > 0) yield block(held);
  }
  const read = async () => block(await Array.fromAsync(each()));
  return { name, dtype, shape, rows, read };
}

/** One label a row: integers, or names. */
async function readLabels(table: ParquetFile, column: string): Promise<ClassLabels> {
  const labels: (string | number)[] = [];
  for await (const values of table.values(column)) {
    for (const value of values) {
      const label = value instanceof Uint8Array
        ? new TextDecoder().decode(value)
        : typeof value === "bigint"
        ? Number(value)
        : value;
      const isLabel = typeof label === "string" ||
        Number.isInteger(label) && Math.abs(label as number) < 2 ** 31;
      if (!isLabel) {
        throw new InputError(
          `Cannot use column "${column}" of ${table.name} as labels: row ${labels.length} ` +
            `(the first is 0) has ${label}, a 32-bit integer or a name is needed`,
        );
      }
      labels.push(label as string | number);
    }
  }
  return typeof labels[0] === "string"
    ? labelNames(labels.map(String))
    : { labels: Int32Array.from(labels as number[]) };
}
