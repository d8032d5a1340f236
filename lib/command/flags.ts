import { parseArgs } from "@std/cli/parse-args";
import { parseValue } from "./flag_values.ts";
import { InputError } from "../input_error.ts";
import { suggestion } from "./suggestion.ts";
import type { ChoiceOption, Described, Option } from "./option.ts";

/** Options by their camelCase name; the flags are the kebab-case of it. */
export type OptionTable = Readonly<Record<string, Option>>;

/** The arguments without a flag, in order; `--help` shows their names in capitals. */
export type PositionalTable = Readonly<Record<string, Described & { readonly optional?: boolean }>>;

/** What a command takes and what its `--help` says. */
export interface CommandLine {
  readonly name: string;
  /** The task that it is a command of, where it is no task itself. */
  readonly task?: string;
  /** What it does, in a sentence without a full stop that starts with a verb. */
  readonly description: string;
  readonly positionals?: PositionalTable;
  readonly options: OptionTable;
  /** Command lines to copy, each with what it does. */
  readonly examples?: readonly { readonly does: string; readonly line: string }[];
}

type Value<O extends Option> = O extends ChoiceOption ? O["choices"][number]
  : O["kind"] extends "integers" ? readonly number[]
  : O["kind"] extends "paths" | "names" ? readonly string[]
  : O["kind"] extends "integer" | "number" ? number
  : O["kind"] extends "boolean" ? boolean
  : string;

/** The parsed values of an option table; `undefined` where a flag has no default and was not given. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends
    { readonly kind: "boolean" } | { readonly required: true } | { readonly default: unknown }
    ? Value<T[K]>
    : Value<T[K]> | undefined;
};

/** The arguments without a flag, by name. */
export type PositionalValues<T extends PositionalTable> = {
  readonly [K in keyof T]: T[K] extends { readonly optional: true } ? string | undefined : string;
};

/** The defaults of an option table, for all but its required options. */
export function optionDefaults<const T extends OptionTable>(table: T): OptionValues<T> {
  const defaults = Object.entries(table).map(([name, option]) => [name, defaultOf(option)]);
  return Object.fromEntries(defaults) as OptionValues<T>;
}

/** Of parsed values those of one table, for commands that join several. */
export function pickOptions<const T extends OptionTable>(
  values: Readonly<Record<string, unknown>>,
  table: T,
): OptionValues<T> {
  const picked = Object.keys(table).map((name) => [name, values[name]]);
  return Object.fromEntries(picked) as OptionValues<T>;
}

/** The flag of an option: `batchSize` is `--batch-size`. */
export function flagName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * The arguments from which {@linkcode parseFlags} reads these values, for another process; defaults
 * are not among them.
 */
export function formatFlags(
  values: Readonly<Record<string, unknown>>,
  options: OptionTable,
): string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const { [name]: value } = values;
    const { kind } = option;
    const flag = flagName(name);
    if (value === undefined || JSON.stringify(value) === JSON.stringify(defaultOf(option))) {
      return [];
    }
    if (kind === "boolean") return [value ? flag : flag.replace("--", "--no-")];
    const texts = kind === "paths" ? value as string[] : [String(value)];
    return texts.map((text) => `${flag}=${text}`);
  });
}

/**
 * Reads a command's arguments by its tables.
 *
 * @returns The value of every option and positional, or `"help"` if `--help` is among them.
 * @throws {InputError} If a flag is unknown, a value does not fit, or something needed is missing.
 */
export function parseFlags(
  args: readonly string[],
  command: CommandLine,
): Record<string, unknown> | "help" {
  const { options } = command;
  const flags = new Map(Object.keys(options).map((name) => [flagName(name).slice(2), name]));
  const isOf = (kind: Option["kind"]) => (flag: string) => options[flags.get(flag)!].kind === kind;
  const isBoolean = isOf("boolean");
  const booleans = [...flags.keys()].filter(isBoolean);
  const unknown: string[] = [];
  const parsed = parseArgs([...args], {
    boolean: ["help", ...booleans],
    string: ["_", ...[...flags.keys()].filter((flag) => !isBoolean(flag))],
    collect: [...flags.keys()].filter(isOf("paths")),
    negatable: booleans,
    default: Object.fromEntries(
      booleans.map((flag) => [flag, defaultOf(options[flags.get(flag)!])]),
    ),
    alias: { h: "help" },
    unknown: (arg) => {
      if (!arg.startsWith("-") || arg === "-") return true;
      unknown.push(arg);
      return false;
    },
  });
  if (parsed.help === true) return "help";

  const values: Record<string, unknown> = {};
  for (const [flag, name] of flags) {
    if (isBoolean(flag)) checkNoValue(args, flag);
    values[name] = valueOf(command, name, parsed[flag]);
  }
  // After the values: `--seed -1` is a missing value first, and only then an unknown flag -1.
  if (unknown.length > 0) throw unknownFlag(unknown[0], [...flags.keys(), "help"]);
  return { ...values, ...positionalsOf(command, parsed._.map(String)) };
}

function valueOf({ name: command, options }: CommandLine, name: string, given: unknown): unknown {
  const option = options[name];
  if (option.kind === "boolean") return given;
  if (given === undefined || (Array.isArray(given) && given.length === 0)) {
    if (option.required) {
      throw new InputError(
        `Cannot run ${command}: ${flagName(name)} is missing, it gives ${
          phrase(option.description)
        }`,
      );
    }
    return defaultOf(option);
  }
  if (option.kind !== "paths") return parseValue(flagName(name), String(given), option);
  return (given as string[]).map((text) => parseValue(flagName(name), text, option));
}

/** The parser takes any text but "false" after `=` for true. */
function checkNoValue(args: readonly string[], flag: string): void {
  const given = args.findLast((arg) => arg.startsWith(`--${flag}=`));
  if (given !== undefined && !/=(true|false)$/.test(given)) {
    throw new InputError(`Cannot use ${given}: --${flag} takes no value, or true or false`);
  }
}

function positionalsOf(
  { name: command, positionals = {} }: CommandLine,
  given: readonly string[],
): Record<string, string | undefined> {
  const names = Object.keys(positionals);
  if (given.length > names.length) {
    const takes = names.length === 0
      ? "no arguments but flags"
      : `only ${names.map(upper).join(" ")}`;
    throw new InputError(`Cannot use "${given[names.length]}": ${command} takes ${takes}`);
  }
  return Object.fromEntries(names.map((name, i) => {
    if (given[i] === undefined && !positionals[name].optional) {
      throw new InputError(
        `Cannot run ${command}: ${upper(name)} is missing, it gives ${
          phrase(positionals[name].description)
        }`,
      );
    }
    return [name, given[i]];
  }));
}

function unknownFlag(arg: string, flags: readonly string[]): InputError {
  const flag = arg.replace(/=.*/s, "");
  const meant = suggestion(flag.replace(/^-+(no-)?/, ""), flags);
  const hint = meant === undefined ? "--help lists the flags" : `did you mean --${meant}`;
  return new InputError(`Cannot use ${flag}: there is no such flag, ${hint}`);
}

function upper(name: string): string {
  return flagName(name).slice(2).toUpperCase();
}

/** A description as part of a sentence; a word in capitals stays. */
function phrase(description: string): string {
  return description.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
}

function defaultOf(option: Option): unknown {
  if (option.kind === "paths") return undefined;
  return option.kind === "boolean" ? option.default ?? false : option.default;
}
