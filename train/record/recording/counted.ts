import { constant, recordOperation, type Source } from "./operation.ts";

/** Stands for its first operand, of which it says how many rows it has in this recording. */
export const COUNTED = "Counted";

/** Gives a number of rows up to the most there can be; the counts of a recording are numbered. */
export type AssumeCount = (index: number, most: number) => number;

let assume: AssumeCount | undefined;
let index = 0;

/**
 * Records with assumed numbers of rows for results of which values decide how many rows they have: of
 * several such recordings a graph can be written that fits any number.
 */
export function withCounts<T>(assumed: AssumeCount, fn: () => T): T {
  const outer = [assume, index] as const;
  [assume, index] = [assumed, 0];
  try {
    return fn();
  } finally {
    [assume, index] = outer;
  }
}

/** Whether a number of rows has been assumed, so that a size may be 0 in some recordings only. */
export function hasCounts(): boolean {
  return assume !== undefined && index > 0;
}

/**
 * A result with an assumed number of rows.
 *
 * @param most There can be, in this recording.
 * @throws {Error} If none is assumed, as in a training.
 */
export function counted(source: Source, most: number): { source: Source; count: number } {
  if (assume === undefined) {
    throw new Error(
      "Cannot record a kernel whose result has a shape that depends on values: only an export knows how to go on with any number of rows",
    );
  }
  const count = assume(index++, most);
  return {
    source: recordOperation(COUNTED, [source, constant("int64", [1], [count])])[0],
    count,
  };
}
