import { type Run, RUN_FILES } from "../run/run_folder.ts";
import type { SessionOptions } from "../runtime/session_options.ts";
import { buildReport } from "./build_report.ts";
import { pngFiles } from "./drawn_figures.ts";
import { drawRun } from "./drawn_run.ts";
import { readReportRun } from "./report_run.ts";

/** What a run folder holds of its report. */
export interface ReportFiles {
  /** `report.html` and the plots as PNG, by their paths in the folder. */
  readonly files: Record<string, Uint8Array<ArrayBuffer>>;
  /** A sentence for each plot that failed and was left out. */
  readonly failures: readonly string[];
}

/** Options for {@linkcode reportFiles}. */
export interface ReportFilesOptions {
  /** How the decoder runs. @default {{}} */
  session?: SessionOptions;
}

/**
 * Writes the report of a run, from what its folder holds and nothing else.
 *
 * @throws {InputError} If a file of the run is damaged.
 */
export async function reportFiles(
  run: Run,
  { session = {} }: ReportFilesOptions = {},
): Promise<ReportFiles> {
  const drawn = await drawRun(await readReportRun(run, { session }));
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    [RUN_FILES.report]: new TextEncoder().encode(buildReport([drawn])),
  };
  for (const [name, bytes] of Object.entries(await pngFiles(drawn.figures))) {
    files[`${RUN_FILES.plots}/${name}`] = bytes.slice();
  }
  return { files, failures: [] };
}
