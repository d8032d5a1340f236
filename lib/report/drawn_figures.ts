import { pngUrl } from "../plot/class_picture.ts";
import { renderPng, renderSvg } from "../plot/render.ts";
import type { Figure } from "./figure.ts";
import { Html, html } from "./html.ts";
import { imageFigures } from "./image_figures.ts";
import { judgementFigures } from "./judgement_figures.ts";
import { latentFigures } from "./latent_figures.ts";
import type { ReportRun } from "./report_run.ts";

/** A figure that is drawn: the text of an SVG, or the bytes of a PNG. */
export interface DrawnFigure extends Omit<Figure, "content"> {
  readonly content: string | Uint8Array;
}

/** The sections that have figures. */
export type FigureSection =
  | "training"
  | "reconstruction"
  | "generation"
  | "latent"
  | "classification";

/** The figures of a run by section. */
export type DrawnFigures = Readonly<Record<FigureSection, readonly DrawnFigure[]>>;

/** Draws every figure of a run. */
export async function drawFigures(run: ReportRun): Promise<DrawnFigures> {
  const { training, classification } = judgementFigures(run);
  const { reconstruction, generation } = imageFigures(run);
  return {
    training: await drawAll(training),
    reconstruction: await drawAll(reconstruction),
    generation: await drawAll(generation),
    latent: await drawAll(latentFigures(run)),
    classification: await drawAll(classification),
  };
}

/** One after the other, for the names that Vega gives out are counted. */
async function drawAll(figures: readonly Figure[]): Promise<DrawnFigure[]> {
  const drawn: DrawnFigure[] = [];
  for (const figure of figures) drawn.push(await drawFigure(figure));
  return drawn;
}

async function drawFigure({ content, ...figure }: Figure): Promise<DrawnFigure> {
  if (content instanceof Uint8Array) return { ...figure, content };
  return { ...figure, content: await renderSvg(content, { id: figure.name }) };
}

/** Every figure as the bytes of a PNG, by the name of its file. */
export async function pngFiles(figures: DrawnFigures): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const { name, content } of Object.values(figures).flat()) {
    files[`${name}.png`] = typeof content === "string" ? await renderPng(content) : content;
  }
  return files;
}

/** Options for {@linkcode figureHtml}. */
export interface FigureHtmlOptions {
  /** Stands before the anchor, where figures of several runs share a page. @default {""} */
  prefix?: string;
}

/** A figure in a page, with nothing left outside. */
export function figureHtml(
  { name, alt, caption, content }: DrawnFigure,
  { prefix = "" }: FigureHtmlOptions = {},
): Html {
  const picture = typeof content === "string"
    ? inlineSvg(content, { alt, prefix })
    : html`<img src="${pngUrl(content)}" alt="${alt}">`;
  return html`<figure id="${prefix}${name}">${picture}<figcaption>${caption}</figcaption></figure>`;
}

/** A drawing whose letters are as large as those of all others, whatever its width. */
function inlineSvg(svg: string, { alt, prefix }: { alt: string; prefix: string }): Html {
  // Names in a picture begin with its figure's; those of several runs need more to differ.
  const own = prefix === "" ? svg : svg
    .replaceAll(/ id="/g, ` id="${prefix}`)
    .replaceAll("url(#", `url(#${prefix}`);
  const width = /width="([\d.]+)"/.exec(svg)![1];
  const style = `width: calc(${width} * var(--unit))`;
  return new Html(
    own.replace(
      "<svg ",
      html`
        <svg role="img" aria-label="${alt}" style="${style}"
      `.text,
    ),
  );
}
