/** A number for people, with a true minus sign. */
export function formatDecimal(value: number, digits: number = 2): string {
  return String(Number(value.toFixed(digits))).replace("-", "\u2212");
}

/** A latent point for people: "(0.5, −1.25)". */
export function formatPoint(z: ArrayLike<number>): string {
  return `(${Array.from(z, (value) => formatDecimal(value)).join(", ")})`;
}
