import type { Html } from "../../../../lib/report/parts/html.ts";
import { readReportRun, type ReportRun } from "../../../../lib/report/parts/report_run.ts";
import type { Figure, Section } from "../../../../lib/report/parts/section.ts";
import { openContents } from "../../../../lib/run/run_folder.ts";
import { tinyReportedRun, type TinyReportedRunOptions } from "../../../tiny_report.ts";

/** The tiny run as sections are given it; its decoder is released. */
export async function tinySectionRun(options: TinyReportedRunOptions = {}): Promise<ReportRun> {
  return await readReportRun(await openContents("run", await tinyReportedRun(options)));
}

/** The tiny run without some of what it holds. */
export async function without(...names: (keyof ReportRun)[]): Promise<ReportRun> {
  const run = await tinySectionRun();
  const absent = { metrics: {}, history: [], examples: {} };
  return names.reduce(
    (rest, name) => ({
      ...rest,
      [name]: undefined,
      ...name in absent && { [name]: absent[name as keyof typeof absent] },
    }),
    run,
  );
}

/** The figures of a section. */
export function figures(section: Section | undefined): Figure[] {
  return section!.body.filter((part) => typeof part === "object" && "plot" in part);
}

/** The text of a section's paragraphs and tables. */
export function textOf(section: Section | undefined): string {
  return section!.body.map((part) =>
    typeof part === "string" ? part : "plot" in part ? part.caption : (part as Html).text
  ).join("\n");
}
