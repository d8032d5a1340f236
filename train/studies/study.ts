import type { Run } from "../../lib/run/run_folder.ts";
import type { SystemName } from "../systems/mod.ts";

/** Several trainings of one system and what is measured of each: one file in this folder, one line in `mod.ts`. */
export interface Study {
  /** What it shows, in a sentence without a full stop. */
  readonly description: string;
  readonly system: SystemName;
  /** What the trials differ in: the title of the first column. */
  readonly option: string;
  readonly trials: readonly Trial[];
  /** Options that all trials have, unless the user gives others. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /**
   * Checks the options that all trials share before any is trained.
   *
   * @throws {InputError} If the trials could not be compared.
   */
  check?(values: Readonly<Record<string, unknown>>): void;
  /** The columns of the table beside the first, in their order, from the folder of a run. */
  measure(run: Run): Promise<Row>;
}

/** One training of a study. */
export interface Trial {
  /** What stands in the first column, and after the option in the name of the run folder. */
  readonly value: number | string;
  /** Options of `train` that tell it from the other trials, by name. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Cells of a table by their column. */
export type Row = Readonly<Record<string, number | string>>;

/** A trial per value of one option. */
export function sweep(option: string, values: readonly (number | string)[]): Trial[] {
  return values.map((value) => ({ value, options: { [option]: value } }));
}
