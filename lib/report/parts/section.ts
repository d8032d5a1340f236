import type { PlotSpec } from "../../plot/theme.ts";
import type { Html } from "./html.ts";
import type { ReportRun } from "./report_run.ts";

/** A picture of a report. */
export interface Figure {
  /** Its file in `plots/` without the ending, and its anchor in the page. */
  readonly name: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  /** What it shows and how it was computed. */
  readonly caption: string;
  /** A plot, or the bytes of a PNG. If it throws, the figure alone is left out. */
  readonly plot: () => PlotSpec | Uint8Array | Promise<PlotSpec | Uint8Array>;
  /** Whether it spans all columns. @default {false} */
  readonly wide?: boolean;
}

/** One topic of a report. */
export interface Section {
  readonly title: string;
  /**
   * Columns of tables and figures; of `large-first` three, the first the widest. Two `half` sections
   * stand side by side.
   * @default {"one"}
   */
  readonly layout?: "half" | "one" | "two" | "three" | "large-first";
  /** Paragraphs, tables and figures, in order. */
  readonly body: readonly (string | Html | Figure)[];
}

/** Builds a section of a run; `undefined` where the run holds nothing for it. */
export type SectionBuilder = (
  run: ReportRun,
) => Section | undefined | Promise<Section | undefined>;
