import type { Config, TopLevelSpec } from "vega-lite";

/** A plot: a Vega-Lite specification with its data. */
export type PlotSpec = TopLevelSpec;

/** The colour of text, axes and outlines: the text colour of the page around a plot. */
export const INK = "currentColor";

/** The background: the page's colour, or white in a file of its own. */
export const PAPER = "var(--paper, #fff)";

/** The font of render.ts; Verdana has the same widths. */
export const FONT = '"DejaVu Sans", Verdana, sans-serif';

/** The look of all plots; a specification adds what its plot needs. */
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
