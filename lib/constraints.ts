import { InputError } from "./input_error.ts";

/** What an option must be: its name, the need in words, and the test. */
export type Constraint<Name extends string = string> = readonly [
  name: Name,
  needed: string,
  test: (value: unknown) => boolean,
];

/**
 * Checks options against their constraints.
 *
 * @param action What is being done, for the message: `"fit mixture"`.
 * @throws {InputError} If one does not hold.
 */
export function checkConstraints<Options extends object>(
  options: Options,
  constraints: readonly Constraint<keyof Options & string>[],
  action: string,
): void {
  for (const [name, needed, test] of constraints) {
    if (test(options[name])) continue;
    throw new InputError(
      `Cannot ${action}: ${name} is ${format(options[name])}, it must be ${needed}`,
    );
  }
}

/** A finite number of at least so much. */
export function isNumberFrom(least: number): (value: unknown) => boolean {
  return (value) => typeof value === "number" && value >= least && value < Infinity;
}

/** A finite number above so much. */
export function isNumberAbove(limit: number): (value: unknown) => boolean {
  return (value) => typeof value === "number" && value > limit && value < Infinity;
}

/** An integer of at least so much. */
export function isIntegerFrom(least: number): (value: unknown) => boolean {
  return (value) => Number.isSafeInteger(value) && (value as number) >= least;
}

/** An integer between two, themselves among them. */
export function isIntegerBetween(least: number, most: number): (value: unknown) => boolean {
  return (value) => isIntegerFrom(least)(value) && (value as number) <= most;
}

/** A number between two, themselves among them. */
export function isNumberBetween(least: number, most: number): (value: unknown) => boolean {
  return (value) => isNumberFrom(least)(value) && (value as number) <= most;
}

/** One of some names. */
export function isOneOf(names: readonly string[]): (value: unknown) => boolean {
  return (value) => names.includes(value as string);
}

/** Passes what is left out. */
export function isOptional(test: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || test(value);
}

function format(value: unknown): string {
  return typeof value === "object" && value !== null && "shape" in value && "data" in value
    ? `[${value.data}] of shape [${value.shape}]`
    : String(value);
}
