import type { ColumnChunk, ColumnMetaData, FileMetaData, SchemaTree } from "hyparquet";
import { InputError } from "../input_error.ts";
import { type ByteFile, ByteReader, peek } from "./bytes.ts";
import { quoteStart, startsWith } from "./npy.ts";
import { readThrift } from "./thrift.ts";

/** A column of a Parquet file. */
export interface ParquetColumn {
  /** The type of its values, or of the numbers in its lists: `INT32`, `FLOAT`, `BYTE_ARRAY`, … */
  readonly type: string | undefined;
}

/** A Parquet file, read a row group at a time. */
export interface ParquetFile {
  /** How messages name it, quotes included. */
  readonly name: string;
  readonly count: number;
  readonly columns: ReadonlyMap<string, ParquetColumn>;
  /**
   * The values of a column, those of a row group together: bytes are a `Uint8Array`, lists arrays, and
   * integers of 64 bits `bigint`.
   *
   * @throws {InputError} While reading, if the file is damaged.
   */
  values(column: string): AsyncGenerator<unknown[]>;
}

/** Whether bytes begin as a Parquet file does. */
export function isParquet(start: Uint8Array): boolean {
  return startsWith(start, "PAR1");
}

/**
 * Opens a Parquet file, whatever it is packed with, without reading values.
 *
 * @throws {InputError} If it is none or damaged, or unpacks to more than `maxBytes`.
 */
export async function openParquet(
  file: ByteFile,
  { maxBytes }: { maxBytes: number },
): Promise<ParquetFile> {
  const { name, size } = file;
  const start = await peek(file, 4);
  if (!isParquet(start)) {
    throw new InputError(
      `Cannot read ${name}: it is no Parquet file, it begins with ${quoteStart(start)}`,
    );
  }
  // Loaded only when one is read: whoever reads other files does not wait for it.
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const buffer = {
    byteLength: size,
    async slice(start: number, end = size): Promise<ArrayBuffer> {
      const reader = new ByteReader(file.range(start, end));
      try {
        return (await reader.take(end - start)).buffer;
      } finally {
        await reader.close();
      }
    },
  };
  const guarded = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`Cannot read ${name}: it is no Parquet file, or damaged`, {
        cause: error,
      });
    }
  };
  const { metadata, groups, columns } = await guarded(async () => {
    const length = new DataView(await buffer.slice(Math.max(0, size - 8))).getUint32(0, true);
    readThrift(new Uint8Array(await buffer.slice(Math.max(0, size - 8 - length), size - 8)));
    const metadata = await parquetMetadataAsync(buffer);
    const { children } = parquetSchema(metadata);
    const columns = new Map(children.map((tree) => [tree.element.name, { type: leafType(tree) }]));
    return { metadata, columns, groups: groupsOf(metadata) };
  });
  const count = groups.at(-1)?.end ?? 0;
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  if (bytes > maxBytes) {
    throw new InputError(
      `Cannot read ${name}: it unpacks to ${bytes} bytes, at most ${maxBytes} are allowed, ` +
        "raise --max-bytes to trust it",
    );
  }
  async function* values(column: string): AsyncGenerator<unknown[]> {
    for (const { start, end, chunks } of groups) {
      const rows = await guarded(async () => {
        for (const { meta_data: chunk } of chunks) {
          if (chunk?.path_in_schema[0] !== column) continue;
          const { first, last } = extentOf(chunk, size);
          checkPages(new Uint8Array(await buffer.slice(first, last)), chunk);
        }
        return await parquetReadObjects({
          file: buffer,
          metadata,
          compressors,
          columns: [column],
          rowStart: start,
          rowEnd: end,
          utf8: false,
        });
      });
      if (rows.length !== end - start) {
        throw new InputError(
          `Cannot read ${name}: it is damaged, ${rows.length} of ${end - start} rows are there`,
        );
      }
      yield rows.map((row) => row[column]);
    }
  }
  return { name, count, columns, values };
}

/** Where the pages of a column lie in the file. */
function extentOf(
  { dictionary_page_offset, data_page_offset, total_compressed_size }: ColumnMetaData,
  size: number,
): { first: number; last: number } {
  const first = Number(dictionary_page_offset || data_page_offset);
  const last = first + Number(total_compressed_size);
  if (first < 4 || last <= first || last > size) throw new Error("pages lie outside the file");
  return { first, last };
}

/**
 * The library makes as many values as a page says, for hours if it says so, and so with lists in its
 * header: damage is seen before.
 *
 * Fields of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
function checkPages(
  bytes: Uint8Array,
  { num_values, total_uncompressed_size }: ColumnMetaData,
): void {
  const fault = () => new Error("a page's header is damaged");
  /** The fields 1 to `count` of a struct, none of which may be missing or negative. */
  const fieldsOf = (struct: unknown, count: number): number[] =>
    Array.from({ length: count }, (_, i) => {
      const value = struct instanceof Map ? struct.get(i + 1) : undefined;
      if (typeof value !== "number" || value < 0) throw fault();
      return value;
    });
  let values = 0;
  for (let at = 0; at < bytes.length - 1;) {
    const { struct, end } = readThrift(bytes, at);
    const [, unpacked, packed] = fieldsOf(struct, 3);
    const inside = (field: number, count: number) =>
      struct.has(field) ? fieldsOf(struct.get(field), count) : [0];
    const [ofFirst, ofTerms, ofSecond] = [inside(5, 4), inside(7, 2), inside(8, 6)];
    // Of a page of the second kind the bytes of levels come last.
    const levels = (ofSecond[4] ?? 0) + (ofSecond[5] ?? 0);
    values += ofFirst[0] + ofSecond[0];
    const isRight = values <= Number(num_values) && ofTerms[0] <= 8 * unpacked &&
      unpacked <= Number(total_uncompressed_size) && levels <= packed;
    if (!isRight) throw fault();
    at = end + packed;
  }
}

interface Group {
  start: number;
  end: number;
  bytes: number;
  chunks: readonly ColumnChunk[];
}

function groupsOf({ row_groups }: FileMetaData): Group[] {
  let start = 0;
  return row_groups.filter(({ num_rows }) => num_rows > 0n).map((group) => {
    const end = start + Number(group.num_rows);
    const found = { start, end, bytes: Number(group.total_byte_size), chunks: group.columns };
    start = end;
    return found;
  });
}

/** The type at the end of a list, or in a group the first. */
function leafType({ element, children }: SchemaTree): string | undefined {
  return children.length === 0 ? element.type : leafType(children[0]);
}
