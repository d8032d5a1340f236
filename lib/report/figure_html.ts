import { pngUrl } from "../plot/png.ts";
import { Html, html } from "./parts/html.ts";
import type { PlottedFigure } from "./plot_report.ts";

/** Options for {@linkcode figureHtml}. */
export interface FigureHtmlOptions {
  /** Stands before the anchor, where figures of several runs share a page. @default {""} */
  prefix?: string;
}

/** A figure as part of a page; it refers to nothing outside. */
export function figureHtml(
  { name, alt, caption, content }: PlottedFigure,
  { prefix = "" }: FigureHtmlOptions = {},
): Html {
  const picture = typeof content === "string"
    ? inlineSvg(content, { alt, prefix })
    : html`<img src="${pngUrl(content)}" alt="${alt}">`;
  return html`<figure id="${prefix}${name}">${picture}<figcaption>${caption}</figcaption></figure>`;
}

/** The widest plot that a phone shows whole; wider ones scroll there. */
const MAX_SHRUNK = 450;

/** An SVG whose letters are as large as those of all others, whatever its width. */
function inlineSvg(svg: string, { alt, prefix }: { alt: string; prefix: string }): Html {
  // Names in a picture begin with its figure's; those of several runs need more to differ.
  const own = prefix === "" ? svg : svg
    .replaceAll(/ id="/g, ` id="${prefix}`)
    .replaceAll("url(#", `url(#${prefix}`);
  const width = Number(/width="([\d.]+)"/.exec(svg)![1]);
  const isWide = width > MAX_SHRUNK;
  const style = `--width: ${width}; width: calc(var(--width) * var(--unit))`;
  const attributes = html`role="img" aria-label="${alt}" style="${style}"`.text;
  // A function, as a replacement text would give a meaning to $ in a name.
  const picture = new Html(own.replace("<svg ", () => `<svg ${attributes} `));
  if (!isWide) return picture;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${alt}">${picture}</div>`;
}
