import { buildComparison } from "./build_comparison.ts";
import { factsOf } from "./facts.ts";
import { figureHtml } from "./figure_html.ts";
import { Html, html, type HtmlPart } from "./parts/html.ts";
import { count, listNames } from "./parts/numbers.ts";
import { page } from "./page.ts";
import type { PlottedReport, PlottedSection } from "./plot_report.ts";
import { namesOf, type RunContent } from "./parts/report_run.ts";

/** What stands above the runs of a report. */
export interface ReportHead {
  title: string;
  sections: readonly PlottedSection[];
}

/**
 * The text of `report.html`: all sections of one run, or a comparison of several; of a study its own
 * sections first.
 *
 * @throws {RangeError} If there is neither run nor head.
 */
export function buildReport(reports: readonly PlottedReport[], head?: ReportHead): string {
  const before = head && html`
    <header>
      <h1>${head.title}</h1>
    </header>${head.sections.map(sectionHtml)}
  `;
  if (reports.length === 0) {
    if (head === undefined) throw new RangeError("Cannot report: there is no run");
    return page(`Glimpse: ${head.title}`, [before]);
  }
  if (reports.length > 1) return buildComparison(reports, { before });
  const [{ run, sections }] = reports;
  const parts: HtmlPart[] = [];
  for (let i = 0; i < sections.length; i++) {
    const pair = sections.slice(i, i + 2);
    if (pair.length === 2 && pair.every(({ layout }) => layout === "half")) {
      parts.push(html`<div class="row two">${pair.map(sectionHtml)}</div>`);
      i++;
    } else parts.push(sectionHtml(sections[i]));
  }
  return page(`Glimpse: run ${run.name}`, [before, headHtml(run), ...parts]);
}

/** What the run is, in a few sentences and numbers. */
function headHtml(run: RunContent): Html {
  const tiles = factsOf([run]).flatMap(({ name, value, format, head }) =>
    head
      ? [html`
        <div>
          <dt>${titleOf(name, run)}</dt>
          <dd>${format(value(run)!)}</dd>
        </div>
      `]
      : []
  );
  return html`
    <header>
      <h1>Run ${run.name}</h1>
      <p class="lead">${leadText(run)}</p>
      ${run.manifest.warnings?.map((text) => html`<p class="warning">${text}</p>`)}
      ${tiles.length === 0 ? undefined : html`<dl class="tiles">${tiles}</dl>`}
    </header>
  `;
}

/** A score by cross-validation is named so. */
function titleOf(name: string, { metrics: { scored } }: RunContent): string {
  const isScore = ["accuracy", "F1 (macro + micro) / 2", "calibration error"].includes(name);
  return isScore && scored?.crossValidated !== undefined ? `${name}, cross-validated` : name;
}

function leadText(run: RunContent): string {
  const { manifest: { system, latentDim, imageShape, classes, data: { counts } }, metrics } = run;
  const [height, width] = imageShape;
  const latents = latentDim === undefined
    ? ""
    : ` with ${latentDim} latent ${latentDim === 1 ? "variable" : "variables"}`;
  const names = classes === undefined ? undefined : listNames(namesOf(run, classes));
  const labels = names === undefined
    ? "."
    : counts.labelled === undefined
    ? `, labelled as ${names}.`
    : ` without labels; ${count(counts.labelled)} labelled images name ${names}.`;
  const scored = metrics.scored === undefined
    ? ""
    : ` Scored on ${count(metrics.scored.count)} ${metrics.scored.split}.`;
  return `The system ${system}${latents}, trained on ${count(counts.train ?? 0)} images of ` +
    `${height}x${width} pixels${labels}${scored}`;
}

function sectionHtml({ title, layout = "one", body }: PlottedSection): Html {
  const parts = body.map((part) => {
    if (typeof part === "string") return html`<p class="wide">${part}</p>`;
    if (part instanceof Html) return html`<div>${part}</div>`;
    return html`<div${part.wide ? new Html(' class="wide"') : undefined}>${figureHtml(part)}</div>`;
  });
  return html`
    <section>
      <h2>${title}</h2>
      <div class="row ${layout === "half" ? "one" : layout}">${parts}</div>
    </section>
  `;
}
