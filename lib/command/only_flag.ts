import { flagName } from "./flags.ts";
import { InputError } from "../input_error.ts";

/**
 * The value of the only flag of several that exclude each other.
 *
 * @param values By option; `undefined` where the flag was not given.
 * @param action What is to be done, such as `set up CUDA`.
 * @throws {InputError} If none or several were given.
 */
export function onlyFlag<T>(values: Readonly<Record<string, T | undefined>>, action: string): T {
  const given = Object.keys(values).filter((option) => values[option] !== undefined);
  if (given.length === 1) return values[given[0]]!;
  const found = given.length === 0
    ? "nothing is given"
    : `${given.map(flagName).join(" and ")} are given`;
  const flags = Object.keys(values).map(flagName).join(", ");
  throw new InputError(`Cannot ${action}: ${found}, one of ${flags} is needed`);
}
