import { readRun, replaceRunFiles, type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import type { OptionValues } from "../lib/command/flags.ts";
import { buildReport } from "../lib/report/build_report.ts";
import { plotReport } from "../lib/report/plot_report.ts";
import { withDevice } from "../lib/command/with_device.ts";
import type { ProgressStream } from "../lib/command/progress.ts";
import { checkFileOut, writeAll, writeFile } from "../lib/files/atomic_write.ts";
import type { reportOptions } from "./options.ts";
import { findBrowser, printPdf } from "./print_pdf.ts";

/** The values of its options. */
export type ReportValues = OptionValues<typeof reportOptions>;

/**
 * The command `report`: writes the page of a run again from its folder, or a page that shows several
 * runs side by side.
 */
export async function report(values: ReportValues, status: ProgressStream): Promise<string[]> {
  const runs: Run[] = [];
  for (const dir of values.run) runs.push(await readRun(dir));
  const inRun = runs.length === 1 && values.out === undefined;
  const out = inRun ? `${runs[0].dir}/${RUN_FILES.report}` : values.out ?? RUN_FILES.report;
  const pdf = out.replace(/(\.html?)?$/i, ".pdf");
  // A run's own report is there to be replaced.
  const options = { force: values.force || inRun };
  await checkFileOut(out, options);
  if (values.pdf) await checkFileOut(pdf, options);
  const browser = values.pdf ? await findBrowser() : undefined;

  return await withDevice(values, status, async (session) => {
    const reports = [];
    for (const run of runs) reports.push(await plotReport(run, { session }));
    const bytes = new TextEncoder().encode(buildReport(reports));
    if (inRun) await replaceRunFiles(runs[0], { [RUN_FILES.report]: bytes });
    else await writeFile(out, (file) => writeAll(file, bytes), options);
    const lines = [
      `the report of ${runs.map(({ dir }) => dir).join(", ")}: ${out}`,
      ...reports.flatMap(({ failures }) => failures),
    ];
    if (browser !== undefined) {
      await printPdf(out, pdf, { browser });
      lines.push(`printed with ${browser}: ${pdf}`);
    }
    return lines;
  });
}
