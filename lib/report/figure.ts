import type { PlotSpec } from "../plot/theme.ts";

/** A picture of a report. */
export interface Figure {
  /** Its file in `plots/` without the ending, and its anchor in the page. */
  readonly name: string;
  /** What is seen, for those who do not see it. */
  readonly alt: string;
  /** What is seen and how it was made. */
  readonly caption: string;
  /** A plot to draw, or the bytes of a PNG. */
  readonly content: PlotSpec | Uint8Array;
}
