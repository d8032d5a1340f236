import { renderPng, renderSvg } from "../plot/render.ts";
import { type Run, RUN_FILES } from "../run/run_folder.ts";
import type { SessionOptions } from "../runtime/session_options.ts";
import { buildReport } from "./build_report.ts";
import type { Html } from "./parts/html.ts";
import { readReportRun, type RunContent } from "./parts/report_run.ts";
import type { Figure, Section, SectionBuilder } from "./parts/section.ts";
import { SECTIONS } from "./sections/mod.ts";

/** A figure that is plotted: the text of an SVG, or the bytes of a PNG. */
export interface PlottedFigure extends Omit<Figure, "plot"> {
  readonly content: string | Uint8Array;
}

/** A section with its figures plotted. */
export interface PlottedSection extends Omit<Section, "body"> {
  readonly body: readonly (string | Html | PlottedFigure)[];
}

/** A run with the sections of its report. */
export interface PlottedReport {
  readonly run: RunContent;
  readonly sections: readonly PlottedSection[];
  /** A sentence for each section or plot that failed, which the page shows in its place. */
  readonly failures: readonly string[];
}

/** Options for {@linkcode plotReport}. */
export interface PlotReportOptions {
  /** How the decoder runs. @default {{}} */
  session?: SessionOptions;
  /** The sections, in order. @default {SECTIONS} */
  sections?: readonly SectionBuilder[];
}

/**
 * Builds the sections of a run's report, from what its folder holds and nothing else. A plot that
 * fails is left out and says so in its place.
 *
 * @throws {InputError} If a file of the run is damaged.
 */
export async function plotReport(
  run: Run,
  { session = {}, sections = SECTIONS }: PlotReportOptions = {},
): Promise<PlottedReport> {
  const content = await readReportRun(run, session);
  const failures: string[] = [];
  const attempt = async <T, U>(
    name: string,
    action: () => Promise<T>,
    instead: (text: string) => U,
  ) => {
    try {
      return await action();
    } catch (error) {
      const text = `${name} is left out: ${error instanceof Error ? error.message : error}`;
      failures.push(text);
      return instead(text);
    }
  };
  const plotted: PlottedSection[] = [];
  try {
    // One after another, as Vega numbers the ids of all plots.
    for (const build of sections) {
      const section = await attempt(
        build.name,
        async () => await build(content),
        (text): Section => ({ title: build.name, body: [text] }),
      );
      if (section === undefined) continue;
      const body = [];
      for (const part of section.body) {
        const isFigure = typeof part === "object" && "plot" in part;
        body.push(
          isFigure ? await attempt(part.name, () => plotFigure(part), (text) => text) : part,
        );
      }
      plotted.push({ ...section, body });
    }
  } finally {
    await content.release();
  }
  return { run: content, sections: plotted, failures };
}

async function plotFigure({ plot, ...figure }: Figure): Promise<PlottedFigure> {
  const content = await plot();
  if (content instanceof Uint8Array) return { ...figure, content };
  return { ...figure, content: await renderSvg(content, { id: figure.name }) };
}

/** The figures of a report, in order. */
export function figuresOf({ sections }: PlottedReport): PlottedFigure[] {
  return sections.flatMap(({ body }) =>
    body.filter((part) => typeof part === "object" && "content" in part)
  );
}

/** What a run folder holds of its report. */
export interface ReportFiles {
  /** `report.html` and the plots as PNG, by their paths in the folder. */
  readonly files: Record<string, Uint8Array>;
  /** A sentence for each plot that failed and was left out. */
  readonly failures: readonly string[];
}

/**
 * The files of a run's report.
 *
 * @throws {InputError} If a file of the run is damaged.
 */
export async function reportFiles(
  run: Run,
  options: PlotReportOptions = {},
): Promise<ReportFiles> {
  const report = await plotReport(run, options);
  const failures = [...report.failures];
  const files: Record<string, Uint8Array> = {
    [RUN_FILES.report]: new TextEncoder().encode(buildReport([report])),
  };
  for (const { name, content } of figuresOf(report)) {
    try {
      files[`${RUN_FILES.plots}/${name}.png`] = typeof content === "string"
        ? await renderPng(content)
        : content;
    } catch (error) {
      failures.push(`plots/${name}.png is left out: ${error}`);
    }
  }
  return { files, failures };
}
