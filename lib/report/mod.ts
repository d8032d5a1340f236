/**
 * The report of a run: one HTML page that needs nothing else.
 *
 * @module
 */
export { buildReport } from "./build_report.ts";
export { type DrawnRun, drawRun } from "./drawn_run.ts";
export { drawFigures, type DrawnFigures, pngFiles } from "./drawn_figures.ts";
export { observeRun, type ObserveRunOptions } from "./observe_run.ts";
export { type ReportFiles, reportFiles, type ReportFilesOptions } from "./report_files.ts";
export { readReportRun, type ReportRun } from "./report_run.ts";
export type { Observation } from "./summary.ts";
