import type { Random } from "../../lib/array/random.ts";
import { parseValue } from "../../lib/command/flag_values.ts";
import { flagName, type OptionTable } from "../../lib/command/flags.ts";
import { suggestion } from "../../lib/command/suggestion.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Range } from "../systems/system.ts";

/** Ranges of options, by name. */
export type SearchSpace = Readonly<Record<string, Range>>;

/** A value of each option, by name. */
export type Sampled = Readonly<Record<string, string | number>>;

/**
 * Reads ranges such as `latent-dim=8:64`, `learning-rate=1e-4:1e-2:log` and `network=mlp|conv`.
 *
 * @throws {InputError} If a range cannot be read, makes no sense, or an option is unknown or does not
 * take its values.
 */
export function parseRanges(texts: readonly string[], table: OptionTable): SearchSpace {
  return Object.fromEntries(texts.map((text) => {
    const [flag, values = ""] = text.split(/=(.*)/s);
    const fail = (reason: string) => new InputError(`Cannot use --ranges ${text}: ${reason}`);
    const names = new Map(Object.keys(table).map((name) => [flagName(name).slice(2), name]));
    const name = names.get(flag);
    if (name === undefined) {
      const meant = suggestion(flag, [...names.keys()]);
      throw fail(
        `there is no option ${flag}, ${meant ? `did you mean ${meant}` : "--help lists them"}`,
      );
    }
    const option = table[name];
    if (!["integer", "number", "choice"].includes(option.kind)) {
      throw fail("only numbers and choices can be searched");
    }
    const check = (value: string) => {
      try {
        return parseValue(flag, value, option as never) as string | number;
      } catch (error) {
        throw fail((error as Error).message.replace(/^Cannot use [^:]*: /, ""));
      }
    };
    const parts = values.split(":");
    if (parts.length === 1) return [name, { choices: values.split("|").map(check) }];
    const [low, high] = parts.slice(0, 2).map(check);
    const log = parts[2] === "log";
    if (option.kind === "choice" || parts.length > 3 || (parts.length === 3 && !log)) {
      throw fail("low:high, low:high:log or a|b|c is needed");
    }
    if (!(low < high)) throw fail(`${low} is not below ${high}`);
    if (log && !(Number(low) > 0)) throw fail(`a logarithmic range starts above 0, not at ${low}`);
    return [name, { low, high, log, integer: option.kind === "integer" } as Range];
  }));
}

/** A random value of each range. */
export function sampleOptions(space: SearchSpace, random: Random): Sampled {
  return Object.fromEntries(
    Object.entries(space).map(([name, range]) => [name, sampleRange(range, random)]),
  );
}

function sampleRange(range: Range, random: Random): string | number {
  if ("choices" in range) return range.choices[random.integer(range.choices.length)];
  const { low, high, log = false, integer = false } = range;
  // So that the ends of integers are as likely as the others.
  const [from, to] = integer ? [low - (log ? 0.4999 : 0.5), high + 0.4999] : [low, high];
  const share = random.uniform();
  const value = log ? from * (to / from) ** share : from + share * (to - from);
  const limited = Math.min(high, Math.max(low, integer ? Math.round(value) : value));
  return integer ? limited : Number(limited.toPrecision(4));
}

/** Where a value lies in its range: from 0 to 1. */
export function positionIn(range: Range, value: string | number): number {
  if ("choices" in range) {
    return range.choices.length === 1
      ? 0.5
      : range.choices.indexOf(value) / (range.choices.length - 1);
  }
  const { low, high, log = false } = range;
  const [a, b, at] = [low, high, Number(value)].map((each) => log ? Math.log(each) : each);
  return (at - a) / (b - a);
}
