import { drawFigures, type DrawnFigures } from "./drawn_figures.ts";
import type { ReportRun } from "./report_run.ts";

/** A run with its figures. */
export interface DrawnRun {
  readonly run: ReportRun;
  readonly figures: DrawnFigures;
}

/** Reads nothing and draws: what {@linkcode buildReport} needs of a run. */
export async function drawRun(run: ReportRun): Promise<DrawnRun> {
  return { run, figures: await drawFigures(run) };
}
