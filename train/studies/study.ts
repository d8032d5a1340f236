import type { Run } from "../../lib/run/run_folder.ts";
import type { SystemName } from "../systems/mod.ts";

/** Several trainings of one system that differ in one option: one file in this folder, one line in `mod.ts`. */
export interface Study {
  /** What it shows, in a sentence without a full stop. */
  readonly description: string;
  readonly system: SystemName;
  /** The option that differs, as the system names it. */
  readonly option: string;
  /** Its values, one training each, ascending. */
  readonly values: readonly number[];
  /** Options that all trainings have, unless the user gives others. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The columns of the table beside the option, in their order, from the folder of a run. */
  measure(run: Run): Promise<Readonly<Record<string, number>>>;
}
