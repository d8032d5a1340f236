import { InputError } from "../input_error.ts";
import type { Option } from "./option.ts";

type ValuedOption = Exclude<Option, { readonly kind: "boolean" }>;

/**
 * Parses the text after a flag; for a list, one of its values.
 *
 * @throws {InputError} If the text is not of the option's kind or out of its range.
 */
export function parseValue(flag: string, text: string, option: ValuedOption): unknown {
  const value = text === "" ? undefined : valueOf(text, option);
  if (value === undefined) {
    const given = text === "" ? `no value follows ${flag}` : `the value is "${text}"`;
    throw new InputError(`Cannot use ${flag}: ${given}, it needs ${describeValue(option)}`);
  }
  return value;
}

/**
 * Checks values that code gives by the ranges that flags have; returns them.
 *
 * @throws {InputError} If one is not of its option's kind or out of its range.
 */
export function checkValues<T extends object>(
  options: Readonly<Record<string, Option>>,
  values: T,
): T {
  for (const [name, option] of Object.entries(options)) {
    const value = values[name as keyof T];
    if (value === undefined) continue;
    const isOfType = TYPES[option.kind];
    if (isOfType === undefined) parseValue(name, String(value), option as ValuedOption);
    else if (!isOfType(value)) {
      const needed = option.kind === "boolean" ? "true or false" : describeValue(option);
      throw new InputError(`Cannot use ${name}: the value is ${String(value)}, it needs ${needed}`);
    }
  }
  return values;
}

const isText = (value: unknown) => typeof value === "string";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

/** What values of kinds without a range are. */
const TYPES: Partial<Readonly<Record<Option["kind"], (value: unknown) => boolean>>> = {
  boolean: (value) => typeof value === "boolean",
  string: isText,
  path: isText,
  paths: isTexts,
  names: isTexts,
};

/** The allowed values in words, such as "an integer of 1 or more". */
export function describeValue(option: ValuedOption): string {
  switch (option.kind) {
    case "string":
      return "text";
    case "path":
    case "paths":
      return "a path";
    case "choice":
      return `one of ${option.choices.join(", ")}`;
    case "integer":
      return `an integer${describeRange(option)}`;
    case "number":
      return `a number${describeRange(option)}`;
    case "names":
      return "comma-separated names";
    case "integers":
      return `comma-separated integers${describeRange(option)}`;
  }
}

function describeRange(
  { min, above, max }: { min?: number; above?: number; max?: number },
): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of ${min} or more`;
  if (above !== undefined && max !== undefined) return ` above ${above} and up to ${max}`;
  if (above !== undefined) return ` above ${above}`;
  if (max !== undefined) return ` of ${max} or less`;
  return "";
}

function valueOf(text: string, option: ValuedOption): unknown {
  switch (option.kind) {
    case "string":
    case "path":
    case "paths":
      return text;
    case "choice":
      return option.choices.includes(text) ? text : undefined;
    case "integer":
      return inRange(integerOf(text), option);
    case "number":
      return inRange(numberOf(text), option);
    case "names": {
      const names = text.split(",").map((name) => name.trim());
      return names.includes("") ? undefined : names;
    }
    case "integers": {
      const values = text.split(",").map((part) => inRange(integerOf(part.trim()), option));
      return values.includes(undefined) ? undefined : values;
    }
  }
}

function numberOf(text: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function integerOf(text: string): number {
  const value = numberOf(text);
  return Number.isSafeInteger(value) ? value : NaN;
}

function inRange(
  value: number,
  { min = -Infinity, above = -Infinity, max = Infinity }: {
    min?: number;
    above?: number;
    max?: number;
  },
): number | undefined {
  return Number.isFinite(value) && value >= min && value > above && value <= max
    ? value
    : undefined;
}
