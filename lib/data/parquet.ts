import type { FileMetaData, SchemaTree } from "hyparquet";
import { InputError } from "../input_error.ts";
import { type ByteFile, ByteReader } from "./bytes.ts";
import { quoteStart, startsWith } from "./npy.ts";

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
  const start = await new ByteReader(file.range(0, Math.min(4, size))).take(4);
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
    slice: async (start: number, end = size) =>
      (await new ByteReader(file.range(start, end)).take(end - start)).buffer,
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
    for (const { start, end } of groups) {
      const rows = await guarded(() =>
        parquetReadObjects({
          file: buffer,
          metadata,
          compressors,
          columns: [column],
          rowStart: start,
          rowEnd: end,
          utf8: false,
        })
      );
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

function groupsOf({ row_groups }: FileMetaData): { start: number; end: number; bytes: number }[] {
  let start = 0;
  return row_groups.filter(({ num_rows }) => num_rows > 0n).map((group) => {
    const end = start + Number(group.num_rows);
    const found = { start, end, bytes: Number(group.total_byte_size) };
    start = end;
    return found;
  });
}

/** The type at the end of a list, or in a group the first. */
function leafType({ element, children }: SchemaTree): string | undefined {
  return children.length === 0 ? element.type : leafType(children[0]);
}
