import { buildComparison } from "./build_comparison.ts";
import type { DrawnRun } from "./drawn_run.ts";
import { latentSections } from "./mixture_section.ts";
import {
  dataAndModelSections,
  generationSection,
  headSection,
  reconstructionSection,
  trainingSection,
} from "./model_sections.ts";
import { page } from "./page.ts";
import { classificationSection, provenanceSection } from "./result_sections.ts";

/**
 * The text of `report.html`: of one run everything, of several what differs, side by side.
 *
 * @throws {RangeError} If there is no run.
 */
export function buildReport(runs: readonly DrawnRun[]): string {
  if (runs.length === 0) throw new RangeError("Cannot report: there is no run");
  if (runs.length > 1) return buildComparison(runs);
  const [{ run, figures }] = runs;
  return page(`Glimpse: run ${run.name}`, [
    headSection(run),
    dataAndModelSections(run),
    trainingSection(run, figures),
    reconstructionSection(run, figures),
    generationSection(run, figures),
    latentSections(run, figures),
    classificationSection(run, figures),
    provenanceSection(run),
  ]);
}
