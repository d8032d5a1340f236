import { parse, stringify } from "@std/csv";
import { InputError } from "../input_error.ts";
import { type Run, RUN_FILES } from "./run_folder.ts";

/** One row of `history.csv`. */
export interface HistoryRow {
  /** From 1, through all phases. */
  readonly epoch: number;
  /** The name of the phase of training. */
  readonly phase: string;
  /** The other columns by name, such as `loss`, `valLoss`, `learningRate`, where it has a value. */
  readonly values: ReadonlyMap<string, number>;
}

/**
 * The text of `history.csv`: `epoch`, `phase`, then the other columns in the order in which they
 * first appear.
 *
 * @param rows One per epoch; besides `epoch` and `phase` numbers by any name.
 * @throws {InputError} If a value is no finite number or epochs are not 1, 2, …
 */
export function formatHistory(
  rows: readonly { readonly epoch: number; readonly phase: string }[],
): string {
  const columns = new Set(["epoch", "phase"]);
  rows.forEach((row, i) => {
    checkEpoch(row.epoch, i, "write history");
    for (const [name, value] of Object.entries(row)) {
      if (value === undefined) continue;
      if (name !== "phase" && !Number.isFinite(value)) {
        throw new InputError(
          `Cannot write history: ${name} of epoch ${row.epoch} is ${value}, a finite number is needed`,
        );
      }
      columns.add(name);
    }
  });
  const cells = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return [...columns].map((name) => values.get(name));
  });
  return stringify([[...columns], ...cells]);
}

/**
 * Reads `history.csv`.
 *
 * @throws {InputError} If it is missing, has no row, or holds something else.
 */
export async function readHistory(run: Run): Promise<HistoryRow[]> {
  const action = `read "${run.dir}/${RUN_FILES.history}"`;
  const text = new TextDecoder().decode(await run.read(RUN_FILES.history));
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { skipFirstRow: true });
  } catch (error) {
    throw new InputError(
      `Cannot ${action}: it is no table (${
        (error as Error).message.split("\n")[0]
      }), the file that train wrote is needed`,
    );
  }
  if (rows.length === 0) {
    throw new InputError(`Cannot ${action}: it has no row, one per epoch is needed`);
  }
  return rows.map(({ epoch, phase, ...cells }, i) => {
    if (epoch === undefined || phase === undefined) {
      const missing = epoch === undefined ? "epoch" : "phase";
      throw new InputError(`Cannot ${action}: it has no column "${missing}"`);
    }
    checkEpoch(Number(epoch), i, action);
    const values = new Map<string, number>();
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === "") continue;
      const value = Number(cell);
      if (!Number.isFinite(value)) {
        throw new InputError(
          `Cannot ${action}: ${name} of epoch ${epoch} is "${cell}", a finite number is needed`,
        );
      }
      values.set(name, value);
    }
    return { epoch: Number(epoch), phase, values };
  });
}

function checkEpoch(epoch: number, row: number, action: string): void {
  if (epoch === row + 1) return;
  throw new InputError(
    `Cannot ${action}: its row ${row + 1} is of epoch ${epoch}, epochs 1, 2, … are needed`,
  );
}
