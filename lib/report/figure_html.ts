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

/** An SVG whose letters are as large as those of all others, whatever its width. */
function inlineSvg(svg: string, { alt, prefix }: { alt: string; prefix: string }): Html {
  // Names in a picture begin with its figure's; those of several runs need more to differ.
  const own = prefix === "" ? svg : svg
    .replaceAll(/ id="/g, ` id="${prefix}`)
    .replaceAll("url(#", `url(#${prefix}`);
  const width = /width="([\d.]+)"/.exec(svg)![1];
  const style = `width: calc(${width} * var(--unit))`;
  const attributes = html`role="img" aria-label="${alt}" style="${style}"`.text;
  // A function, as a replacement text would give a meaning to $ in a name.
  return new Html(own.replace("<svg ", () => `<svg ${attributes} `));
}
