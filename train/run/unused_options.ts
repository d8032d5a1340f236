import { flagName } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import type { System } from "../systems/system.ts";

/** An option that has no effect with some values of the others. */
interface Rule {
  readonly option: string;
  readonly isUnused: (values: Readonly<Record<string, unknown>>) => boolean;
  /** Why, and what to give: part of a sentence. */
  readonly because: string;
}

const RULES: readonly Rule[] = [
  {
    option: "backend",
    isUnused: ({ engine }) => engine !== "tfjs",
    because: "it is for --engine tfjs, which is needed too",
  },
  {
    option: "keepC",
    isUnused: ({ engine }) => engine !== "native" && engine !== "auto",
    because: "only --engine native compiles C",
  },
  {
    option: "labelsPerClass",
    isUnused: ({ val }) => val !== undefined,
    because: "with --val all of its images are the labelled ones; give one of the two",
  },
  ...["valImagesKey", "valLabelsKey"].map((option) => ({
    option,
    isUnused: ({ val }: Readonly<Record<string, unknown>>) => val === undefined,
    because: "no --val is given, which is needed too",
  })),
];

/**
 * Checks that every option that is given has an effect: one that is ignored would mislead. A default
 * that is written out changes nothing, as in the options that a manifest records.
 *
 * @param args The words of the command line.
 * @param values Of all options.
 * @param defaults Of all options.
 * @throws {InputError} If one has no effect beside the others, or the system has no use for it.
 */
export function checkUsed(
  args: readonly string[],
  values: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): void {
  const unused = RULES.find(({ option, isUnused }) =>
    isGiven(args, option) && values[option] !== defaults[option] && isUnused(values)
  );
  if (unused !== undefined) throw errorFor(unused.option, unused.because);
}

/**
 * Checks that no option is given that a system ignores.
 *
 * @throws {InputError} If one is.
 */
export function checkNotIgnored(
  args: readonly string[],
  { ignores = {} }: Pick<System, "ignores">,
  name: string,
): void {
  const ignored = Object.keys(ignores).find((option) => isGiven(args, option));
  if (ignored !== undefined) throw errorFor(ignored, `--model ${name} ${ignores[ignored]}`);
}

function errorFor(option: string, because: string): InputError {
  return new InputError(`Cannot use ${flagName(option)}: ${because}`);
}

function isGiven(args: readonly string[], option: string): boolean {
  const flag = flagName(option);
  return args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
}
