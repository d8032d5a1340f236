import {
  checkConstraints,
  isIntegerFrom,
  isNumberAbove,
  isOptional,
} from "../../lib/constraints.ts";
import type { DataByNeed, Need } from "../data/roles.ts";
import { addReport, writeTrained, type WriteTrainedOptions } from "./write_trained.ts";
import type { Trained } from "./train_system.ts";

/** Options for {@linkcode writeRun}. */
export interface WriteRunOptions extends Pick<WriteTrainedOptions, "system" | "force"> {
  /** What it was trained on, as {@linkcode trainSystem} was given it. */
  data: DataByNeed[Need];
  /** @default {0} */
  seed?: number;
  /** The options that decided the result, by name. @default {{}} */
  options?: WriteTrainedOptions["options"];
  /** The number that is white in the arrays. @default {255 for bytes, 1 for floats} */
  scale?: number;
  /** The names of labels 0, 1, …, where they have names. */
  classNames?: readonly string[];
}

/**
 * Writes a trained system as a run folder with its report, whole or not at all.
 *
 * @returns A sentence for each part of the report that failed and was left out.
 * @throws {InputError} If the folder holds something and `force` is off, or cannot be written; or if
 * an option is out of range.
 */
export async function writeRun(
  dir: string,
  trained: Trained,
  { data, seed = 0, options = {}, scale, classNames, ...rest }: WriteRunOptions,
): Promise<readonly string[]> {
  checkConstraints({ seed, scale }, [
    ["seed", "an integer of 0 or more", isIntegerFrom(0)],
    ["scale", "a finite number above 0", isOptional(isNumberAbove(0))],
  ], "write run");
  const { dtype } = "images" in data.train ? data.train.images : data.train;
  const prepared = {
    data,
    classNames,
    scale: scale ?? (dtype === "uint8" ? 255 : 1),
    warnings: [],
  };
  await writeTrained(dir, trained, { ...rest, prepared, seed, options, command: [] });
  return await addReport(dir);
}
