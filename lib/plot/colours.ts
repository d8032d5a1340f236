/**
 * Seven colours that people with any of the common colour deficiencies can tell apart (Okabe and
 * Ito, "Color Universal Design", 2008), without black and with the pale yellow last.
 */
const OKABE_ITO = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442"];

/** Ten of the same kind (Petroff, "Accessible Color Sequences for Data Visualization", 2021). */
const PETROFF = [
  "#3f90da",
  "#ffa90e",
  "#bd1f01",
  "#94a4a2",
  "#832db6",
  "#a96b59",
  "#e76300",
  "#b9ac70",
  "#717581",
  "#92dadd",
];

/** How many classes have a colour of their own. */
export const DISTINCT_COLOURS = PETROFF.length;

/** The colour of a single set of values. */
export const ACCENT = OKABE_ITO[0];

/** The colour of a second set of values. */
export const CONTRAST = OKABE_ITO[4];

/**
 * A colour for each of `count` classes. From the eleventh on they repeat, as no more can be told
 * apart.
 */
export function classColours(count: number): string[] {
  const colours = count <= OKABE_ITO.length ? OKABE_ITO : PETROFF;
  return Array.from({ length: count }, (_, i) => colours[i % colours.length]);
}

/** Red, green and blue, 0 to 255, of a colour written `#rrggbb`. */
export function rgb(colour: string): [number, number, number] {
  const value = parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
