/**
 * A Vega expression that writes the name of a class for its index. In a plot's data classes are
 * indices: names may be equal, empty, or any text, and are neither keys nor code.
 *
 * @param field Where the index is. @default {"datum.value"}
 */
export function classLabels(classNames: readonly string[], field = "datum.value"): string {
  // Vega looks strings up among the properties of an object: "_constructor" is none of any.
  return `slice(${JSON.stringify(classNames.map((name) => `_${printable(name)}`))}[${field}], 1)`;
}

/** A name without characters that XML or a line of a plot cannot hold. */
function printable(name: string): string {
  return name.toWellFormed().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\ufffe\uffff]/gu, " ");
}
