// Not among the imports of deno.json: Deno fetches all of those before anything runs.
// deno-lint-ignore no-import-prefix
import { parquetWriteBuffer } from "npm:hyparquet-writer@0.17.0";

/** A column to write. */
export interface WrittenColumn {
  name: string;
  data: unknown[];
  type?: "BYTE_ARRAY" | "STRING" | "INT32" | "INT64" | "DOUBLE" | "FLOAT" | "JSON";
}

/** The bytes of a Parquet file, of row groups of three. */
export function encodeParquet(columns: readonly WrittenColumn[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parquetWriteBuffer({ columnData: [...columns] as never, rowGroupSize: 3 }));
}
