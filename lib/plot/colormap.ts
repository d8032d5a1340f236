/** The names of the colour tables. */
export const COLORMAPS = ["grey", "gnuplot2"] as const;

/** A colour table from 0 (dark) to 1 (light). */
export type Colormap = typeof COLORMAPS[number];

/** Red, green and blue of the 256 steps of a colour table, `[256, 3]`. */
export function palette(colormap: Colormap): Uint8Array {
  const bytes = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const x = i / 255;
    const colour = colormap === "grey" ? [x, x, x] : gnuplot2(x);
    bytes.set(colour.map((part) => Math.round(255 * Math.min(1, Math.max(0, part)))), i * 3);
  }
  return bytes;
}

/**
 * Gnuplot's palette with the formulae 30, 31 and 32, which stays readable in grey; the three curves
 * leave [0, 1] and are cut off there.
 */
function gnuplot2(x: number): [number, number, number] {
  const blue = x < 0.25 ? 4 * x : x < 0.92 ? -2 * x + 1.84 : x / 0.08 - 11.5;
  return [x / 0.32 - 0.78125, 2 * x - 0.84, blue];
}
