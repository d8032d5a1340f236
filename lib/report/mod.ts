/**
 * The report of a run: one HTML page that needs nothing else.
 *
 * @module
 */
export { buildReport } from "./build_report.ts";
export {
  figuresOf,
  plotReport,
  type PlotReportOptions,
  type PlottedFigure,
  type PlottedReport,
  type PlottedSection,
  type ReportFiles,
  reportFiles,
} from "./plot_report.ts";
