/**
 * A Vega expression that writes the name of a class for its index. In a plot's data classes are
 * indices: names may be equal, empty, or any text, and are neither keys nor code.
 *
 * @param field Where the index is. @default {"datum.value"}
 */
export function classLabels(classNames: readonly string[], field = "datum.value"): string {
  return `${JSON.stringify(classNames.map(printable))}[${field}]`;
}

/** A name without characters that XML or Vega cannot hold. */
function printable(name: string): string {
  // deno-lint-ignore no-control-regex
  return name.toWellFormed().replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/g,
    " ",
  );
}
