import type { Config, TopLevelSpec } from "vega-lite";

/** What a plot is: a Vega-Lite specification, data included. */
export type PlotSpec = TopLevelSpec;

/** Text, axes and outlines: whatever colour the page around a plot writes in. */
export const INK = "currentColor";

/** What lies behind a plot: the page's colour, or white where a plot stands alone. */
export const PAPER = "var(--paper, #fff)";

/** The family whose files render.ts brings; Verdana is as wide, letter by letter. */
export const FONT = '"DejaVu Sans", Verdana, sans-serif';

/** How every plot looks; what one plot needs besides stands in its own specification. */
export const THEME: Config = {
  font: FONT,
  background: "transparent",
  aria: false, // the picture has one description, in the page
  padding: 4,
  view: { stroke: null },
  axis: {
    domainColor: INK,
    domainOpacity: 0.5,
    tickColor: INK,
    tickOpacity: 0.5,
    tickSize: 4,
    labelColor: INK,
    labelFontSize: 10,
    labelPadding: 3,
    labelFlush: false,
    titleColor: INK,
    titleFontSize: 11,
    titleFontWeight: "normal",
    titlePadding: 6,
    gridColor: INK,
    gridOpacity: 0.12,
  },
  legend: {
    orient: "top",
    direction: "horizontal",
    labelColor: INK,
    labelFontSize: 10,
    titleColor: INK,
    titleFontSize: 11,
    titleFontWeight: "normal",
    titleOrient: "left",
    offset: 6,
    symbolStrokeWidth: 2,
  },
  title: {
    color: INK,
    fontSize: 11,
    fontWeight: "bold",
    anchor: "start",
    frame: "group",
    offset: 6,
  },
  text: { color: INK, fontSize: 10 },
  rule: { color: INK },
  line: { strokeWidth: 1.75 },
};
