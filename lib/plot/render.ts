import { type CharacterWidths, fontPaths, type FontWeight, readWidths } from "./font.ts";
import { PAPER, type PlotSpec, THEME } from "./theme.ts";
import { platform } from "../platform/platform.ts";

/**
 * Plots as the text of an SVG file. Text and lines take the colour of the page around it; a file of
 * its own is black on white.
 *
 * @param options.id The prefix of all ids in the SVG, so that several can share a page.
 * @throws {Error} If the specification is no valid one.
 */
export async function renderSvg(
  spec: PlotSpec,
  { id = "plot" }: { id?: string } = {},
): Promise<string> {
  const vega = await loadVega();
  const warnings: string[] = [];
  const logger = {
    ...vega.logger(vega.Warn),
    warn: (...words: readonly unknown[]) => (warnings.push(words.join(" ")), logger),
  };
  const { compile } = await import("vega-lite");
  const { spec: full } = compile(spec, { config: THEME, logger });
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(full), { renderer: "none", logger });
  const svg = await view.toSVG();
  view.finalize();
  // A warning means that something is not plotted as specified.
  if (warnings.length > 0) throw new Error(`Cannot plot "${id}": ${warnings.join("; ")}`);
  return tidySvg(svg, id);
}

/**
 * Renders the text of an SVG file as the bytes of a PNG file, dark on white.
 *
 * @param options.scale Pixels of the PNG per pixel of the plot.
 */
export async function renderPng(
  svg: string,
  { scale = 2 }: { scale?: number } = {},
): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  const { normal, bold } = await fontPaths();
  const picture = svg.replaceAll(PAPER, "#ffffff").replaceAll("currentColor", "#1a1a1a");
  const drawing = new Resvg(picture, {
    background: "#ffffff",
    fitTo: { mode: "zoom", value: scale },
    font: { fontFiles: [normal, bold], loadSystemFonts: false, defaultFontFamily: "DejaVu Sans" },
  });
  return new Uint8Array(drawing.render().asPng());
}

type Vega = typeof import("vega");
let vegaLoaded: Promise<Vega> | undefined;

/** Vega with the true widths of letters, which it estimates where there is no canvas. */
function loadVega(): Promise<Vega> {
  return vegaLoaded ??= (async () => {
    const vega = await import("vega");
    const widths = await loadWidths();
    // Missing in vega's types.
    const { textMetrics } = vega as unknown as {
      textMetrics: { width: (item: TextItem, text?: unknown) => number };
    };
    textMetrics.width = (item, text = item.text) => widthOf(String(text ?? ""), item, widths);
    return vega;
  })();
}

/** What Vega passes to measure the width of a text. */
interface TextItem {
  readonly text?: unknown;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

async function loadWidths(): Promise<Record<FontWeight, CharacterWidths>> {
  const { normal, bold } = await fontPaths();
  return {
    normal: readWidths(await platform.readFile(normal)),
    bold: readWidths(await platform.readFile(bold)),
  };
}

function widthOf(
  text: string,
  { fontSize = 11, fontWeight = "normal" }: TextItem,
  widths: Record<FontWeight, CharacterWidths>,
): number {
  const width = widths[fontWeight === "bold" || Number(fontWeight) >= 600 ? "bold" : "normal"];
  let sum = 0;
  for (const character of text) sum += width(character.codePointAt(0)!);
  return sum * fontSize;
}

/** Removes what only an interactive plot needs, and prefixes all ids. */
function tidySvg(svg: string, id: string): string {
  // Only tags: text between them, such as names of classes, stays as it is.
  return svg.replaceAll(/<[^>]*>/g, (tag) => tidyTag(tag, id))
    .replaceAll(/<path d="M0,0h0v0h0Z"\/>|<path d="" display="none"\/>/g, "");
}

function tidyTag(tag: string, id: string): string {
  return tag
    .replace(' class="marks"', "")
    .replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    .replaceAll("xlink:href=", "href=")
    .replaceAll(/ (class|role|aria-[a-z]+|pointer-events)="[^"]*"/g, "")
    .replaceAll(/ id="([^"]+)"/g, ` id="${id}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#${id}-$1)`)
    // Hundredths of a pixel suffice.
    .replaceAll(
      /(?<=[\s",(A-Za-z])-?\d+\.\d{3,}(?=[\s",)A-Za-z-])/g,
      (number) => String(Number(Number(number).toFixed(2))),
    );
}
