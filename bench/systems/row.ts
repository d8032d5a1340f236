import { optionDefaults, type OptionTable } from "../../lib/command/flags.ts";
import type { DataByNeed, Need } from "../../train/data/roles.ts";
import type { Trained } from "../../train/run/train_system.ts";
import type { System } from "../../train/systems/system.ts";

/** A number that a system is measured by. */
export interface Figure {
  /** What it is: the protocol in some words. */
  readonly name: string;
  /** What it should reach, which begins with `<` or `>`; `PyTorch's` for no worse than that. */
  readonly target: string;
}

/** A system with options, and the figures that it is measured by. */
export interface Row {
  readonly title: string;
  readonly system: System<OptionTable, Need>;
  /** What `--train` takes; `cifar` for the folder that the bench is told. */
  readonly data: string;
  /** Classes to keep. @default {all} */
  readonly classes?: readonly number[];
  /** @default {128} */
  readonly batchSize?: number;
  /** The share that is held out of the training images. @default {the command's} */
  readonly validationSplit?: number;
  /** Validation losses of the test images, in place of images that are held out. */
  readonly validatesOnTest?: boolean;
  /** What is not given has the system's default. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly figures: readonly Figure[];
  /** A number for each figure, in their order. */
  measure(trained: Trained, data: DataByNeed[Need]): number[] | Promise<number[]>;
  /** What `peers/systems.py` is asked, beside images, seed and batch. */
  readonly peer?: Readonly<Record<string, unknown>>;
  /** The peer's numbers, of the file of samples that it wrote; its answer itself by default. */
  measureSamples?(path: string, data: DataByNeed[Need]): Promise<number[]>;
}

/** What a row says beside its system. */
export type RowOptions = Omit<Row, "system" | "peer"> & {
  /** Whether PyTorch trains the same network, and what else it is told. */
  readonly peer?: boolean | Readonly<Record<string, unknown>>;
};

/** A row of a system; its peer gets the system's name and all of its options. */
export function defineRow<const O extends OptionTable, const N extends Need>(
  name: string,
  system: System<O, N>,
  { peer, ...row }: RowOptions,
): Row {
  const question = { system: name, ...optionDefaults(system.options), ...row.options };
  return {
    ...row,
    system: system as unknown as Row["system"],
    ...peer && { peer: peer === true ? question : { ...question, ...peer } },
  };
}
