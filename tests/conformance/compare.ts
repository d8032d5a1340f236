import type { SpecResult } from "./run.ts";

/** The specs that are known to fail, by the reason why. */
export type ExpectedFailures = Readonly<Record<string, readonly string[]>>;

/** A run beside what was expected of it. */
export interface Comparison {
  /** The number of specs that ran. */
  readonly total: number;
  readonly passed: number;
  /** How many of the listed specs fail, by reason. */
  readonly listed: Readonly<Record<string, number>>;
  /** Failures that are not listed, with their message. */
  readonly unlisted: readonly SpecResult[];
  /** Listed specs that pass, or are not there. */
  readonly outdated: readonly string[];
}

/** Compares a run with the list. */
export function compare(
  results: readonly SpecResult[],
  expected: ExpectedFailures,
): Comparison {
  const ran = results.filter(({ status }) => status === "passed" || status === "failed");
  const failed = new Map(
    ran.filter(({ status }) => status === "failed").map((result) => [result.name, result]),
  );
  const names = new Set(Object.values(expected).flat());
  return {
    total: ran.length,
    passed: ran.length - failed.size,
    listed: Object.fromEntries(
      Object.entries(expected).map(([reason, listed]) => [
        reason,
        listed.filter((name) => failed.has(name)).length,
      ]),
    ),
    unlisted: [...failed.values()].filter(({ name }) => !names.has(name)),
    outdated: [...names].filter((name) => !failed.has(name)),
  };
}
