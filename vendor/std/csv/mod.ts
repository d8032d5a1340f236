/**
 * A local stand-in for `@std/csv`, which lives on JSR: the same names and signatures, holding only
 * what Glimpse uses, over `csv-parse` and `csv-stringify`. Without its line under `links` in
 * `deno.json` the real package is used instead. Like it, lines end in CRLF (RFC 4180).
 *
 * @module
 */
import { parse as parseRecords } from "csv-parse/sync";
import { stringify as stringifyRecords } from "csv-stringify/sync";

/** A row to write: an object with a value a column, or an array in the order of the columns. */
export type DataItem = Record<string, unknown> | readonly unknown[];

/** A property of an object row, or an index into an array row. */
export type Column = string | number;

/** Options of {@linkcode stringify}. */
export interface StringifyOptions {
  /**
   * Whether to write the names of the columns first.
   *
   * @default {true}
   */
  headers?: boolean;
  /**
   * Separates values.
   *
   * @default {","}
   */
  separator?: string;
  /**
   * What to write of each row, in order; object rows need it.
   *
   * @default {[]} All of an array row, without names.
   */
  columns?: readonly Column[];
}

/** Options of {@linkcode parse}. */
export interface ParseOptions {
  /**
   * Separates values.
   *
   * @default {","}
   */
  separator?: string;
  /**
   * Leaves out the first row; without `columns` its values become the names of the columns.
   *
   * @default {false}
   */
  skipFirstRow?: boolean;
  /** The names of the columns: rows become objects. */
  columns?: readonly string[];
}

/** The rows of {@linkcode parse}: objects if the columns have names, arrays of strings otherwise. */
export type ParseResult<T> = T extends { columns: readonly (infer C extends string)[] }
  ? Record<C, string>[]
  : T extends { skipFirstRow: true } ? Record<string, string>[]
  : string[][];

/**
 * The CSV text of rows.
 *
 * @throws {TypeError} If a row is an object and `columns` is empty.
 */
export function stringify(
  data: readonly DataItem[],
  options: StringifyOptions = {},
): string {
  const { headers = true, separator = ",", columns = [] } = options;
  if (columns.length === 0) {
    if (!data.every(Array.isArray)) {
      throw new TypeError(
        "Cannot stringify: rows are objects, 'columns' must name their properties",
      );
    }
    return write(data, separator);
  }
  const rows = data.map((row) => columns.map((column) => (row as Record<Column, unknown>)[column]));
  return write(headers ? [columns, ...rows] : rows, separator);
}

/**
 * The rows of a CSV text.
 *
 * @throws {SyntaxError} If a quote is not closed, or rows differ in length.
 */
export function parse<const T extends ParseOptions = ParseOptions>(
  text: string,
  options?: T,
): ParseResult<T> {
  const { separator = ",", skipFirstRow = false, columns } = options ?? {};
  let rows: string[][];
  try {
    rows = parseRecords(text, {
      delimiter: separator,
      bom: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SyntaxError(`Cannot parse CSV: ${error.message}`, {
      cause: error,
    });
  }
  const first = skipFirstRow ? rows.shift() : undefined;
  const names = columns ?? first;
  if (names === undefined) return rows as ParseResult<T>;
  return rows.map((row) => {
    if (row.length !== names.length) {
      throw new SyntaxError(
        `Cannot parse CSV: a row has ${row.length} values, the ${names.length} columns need one each`,
      );
    }
    return Object.fromEntries(names.map((name, i) => [name, row[i]]));
  }) as ParseResult<T>;
}

function write(
  rows: readonly (readonly unknown[])[],
  separator: string,
): string {
  return stringifyRecords(rows.map((row) => row.map(toText)), {
    delimiter: separator,
    record_delimiter: "windows",
    quoted_match: /[\r\n]/,
  });
}

/** As `@std/csv` writes a value: nothing for a missing one, JSON for an object, its string else. */
function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
