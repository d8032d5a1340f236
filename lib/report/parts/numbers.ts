import { formatNumber } from "../../command/progress.ts";

/** An integer with commas between its thousands. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A share as a percentage with two decimals. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** A share as a percentage without trailing zeros. */
export function shortPercent(share: number): string {
  return `${formatNumber(100 * share).replace(/(?<=\.\d*)0+$/, "").replace(/\.$/, "")} %`;
}

/** A name in camelCase as words: `codesUsed` is `codes used`. */
export function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])|_/g, " ").toLowerCase();
}

/** Up to twelve names in a row. */
export function listNames(names: readonly string[]): string {
  if (names.length > 12) return `${names.length} classes`;
  if (names.length === 1) return names[0];
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
