import { pngUrl } from "../plot/png.ts";
import { Html, html } from "./parts/html.ts";
import type { PlottedFigure } from "./plot_report.ts";

/**
 * A figure as part of a page; it refers to nothing outside.
 *
 * @param options.prefix The prefix of all ids, where figures of several runs share a page.
 */
export function figureHtml(
  { name, alt, caption, content }: PlottedFigure,
  { prefix = "" }: { prefix?: string } = {},
): Html {
  const picture = typeof content === "string"
    ? inlineSvg(content, { alt, prefix })
    : html`<img src="${pngUrl(content)}" alt="${alt}">`;
  return html`<figure id="${prefix}${name}">${picture}<figcaption>${caption}</figcaption></figure>`;
}

/** The widest plot that a phone shows whole; wider ones scroll there. */
const MAX_SHRUNK = 450;

/** An SVG with letters of one size, whatever its width. */
function inlineSvg(svg: string, { alt, prefix }: { alt: string; prefix: string }): Html {
  // The ids in an SVG start with the name of its figure, which several runs have.
  const own = prefix === "" ? svg : svg
    .replaceAll(/ id="/g, ` id="${prefix}`)
    .replaceAll("url(#", `url(#${prefix}`);
  const width = Number(/width="([\d.]+)"/.exec(svg)![1]);
  const isWide = width > MAX_SHRUNK;
  const style = `--width: ${width}; width: calc(var(--width) * var(--unit))`;
  const attributes = html`role="img" aria-label="${alt}" style="${style}"`.text;
  // A function, as $ has a meaning in a replacement text.
  const picture = new Html(own.replace("<svg ", () => `<svg ${attributes} `));
  if (!isWide) return picture;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${alt}">${picture}</div>`;
}
