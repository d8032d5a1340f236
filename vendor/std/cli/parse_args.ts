/**
 * What we use of `@std/cli/parse-args`, with its signature, over the npm package that std's own
 * parser descends from. Without the `links` line of `deno.json` the import is the real one.
 *
 * @module
 */
import minimist from "minimist";

/** The options of std's `parseArgs` that we use. */
export interface ParseOptions {
  /** Flags that take no value; each is `false` unless given or set by `default`. */
  boolean?: readonly string[];
  /** Flags whose value stays text, `""` if it is missing; `"_"` does so for the positionals. */
  string?: readonly string[];
  /** Flags that gather the values of each time they are given into a list. */
  collect?: readonly string[];
  /** The flags that `--no-<flag>` turns off. */
  negatable?: readonly string[];
  /** The values of flags that are not given. */
  default?: Readonly<Record<string, unknown>>;
  /** Other names of a flag. */
  alias?: Readonly<Record<string, string>>;
  /** Called with each argument that is no known flag; on `false` it is left out of the result. */
  unknown?: (arg: string) => unknown;
}

/** What std's `parseArgs` returns: a property a flag, and the positionals. */
export interface Args {
  [flag: string]: unknown;
  _: (string | number)[];
}

/**
 * Splits command-line arguments into flags and positionals; of a repeated flag the last counts,
 * unless it is collected.
 */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const { boolean = [], string = [], collect = [], negatable = [], unknown = () => true } = options;
  // minimist lets every flag be negated; std only those named.
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const kept = args.filter((arg, i) =>
    i >= end || !arg.startsWith("--no-") || negatable.includes(arg.slice(5)) ||
    boolean.includes(arg.slice(2)) || unknown(arg) !== false
  );
  const parsed = minimist(kept, {
    boolean: [...boolean],
    string: [...string],
    default: { ...options.default },
    alias: { ...options.alias },
    unknown: (arg: string) => unknown(arg) !== false,
  });
  // minimist gathers a repeated flag into a list; std keeps the last of those not collected.
  for (const [flag, value] of Object.entries(parsed)) {
    if (flag !== "_" && !collect.includes(flag) && Array.isArray(value)) {
      parsed[flag] = value.at(-1);
    }
  }
  for (const flag of collect) parsed[flag] = flag in parsed ? [parsed[flag]].flat() : [];
  return parsed;
}
