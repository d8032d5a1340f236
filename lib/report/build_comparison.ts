import { type Fact, factsOf } from "./facts.ts";
import { figureHtml } from "./figure_html.ts";
import { formatCommand } from "./sections/provenance.ts";
import { type Html, html } from "./parts/html.ts";
import { page } from "./page.ts";
import { figuresOf, type PlottedReport } from "./plot_report.ts";
import type { RunContent } from "./parts/report_run.ts";
import { table } from "./parts/table.ts";

/** The page that compares runs: what stands before, numbers, options that differ, and figures. */
export function buildComparison(
  runs: readonly PlottedReport[],
  { before }: { before?: Html | undefined } = {},
): string {
  const given = runs.map(({ run }) => run.name);
  // A number is added to names that occur more than once.
  const names = given.map((name, i) =>
    given.indexOf(name) === given.lastIndexOf(name) ? name : `${name} (${i + 1})`
  );
  const figures = new Set(runs.flatMap((run) => figuresOf(run).map(({ name }) => name)));
  const columns = (first: string) => [
    { title: first },
    ...names.map((title) => ({ title, number: true })),
  ];
  const contents = runs.map(({ run }) => run);
  const differing = optionsThatDiffer(contents);
  return page(`Glimpse: runs ${names.join(", ")}`, [
    before,
    html`
      <header>
        <h1>Runs ${names.join(", ")}</h1>
        <p
          class="lead">${runs
            .length} runs side by side. The best number is bold where all runs were scored on equally many images.</p>
      </header>
      <section>
      <h2>Numbers</h2>
      ${table(columns("metric"), factsOf(contents).map((fact) => factRow(fact, contents)), {
        caption: "The numbers of each run",
      })}${differing.length === 0 ? undefined : table(columns("option"), differing, {
        caption: "The options in which the runs differ",
      })}</section>
    `,
    ...[...figures].map((name) => figureRow(name, runs, names)),
    html`
      <section>
      <h2>Commands</h2>
      ${runs.map(({ run }, i) =>
        html`
          <p>${names[i]}</p>
          <pre><code>${formatCommand(run.manifest.command)}</code></pre>
        `
      )}</section>
    `,
  ]);
}

function factRow({ name, value: valueOf, format, better }: Fact, runs: readonly RunContent[]) {
  const values = runs.map((run) => valueOf(run) ?? null);
  const comparable = new Set(runs.map(({ metrics }) => metrics.scored?.count)).size === 1 &&
    new Set(values).size > 1;
  const known = values.filter((value) => value !== null);
  const best = better === undefined || !comparable
    ? undefined
    : better === "higher"
    ? Math.max(...known)
    : Math.min(...known);
  return [
    name,
    ...values.map((value) => {
      if (value === null) return "none";
      return value === best ? html`<strong class="best">${format(value)}</strong>` : format(value);
    }),
  ];
}

function optionsThatDiffer(runs: readonly RunContent[]): string[][] {
  const options = [...new Set(runs.flatMap(({ manifest }) => Object.keys(manifest.options)))];
  const rows = options.map((option) => [
    option,
    ...runs.map(({ manifest }) => {
      const value = manifest.options[option];
      return value === undefined ? "" : String(value);
    }),
  ]);
  return rows.filter(([, ...values]) => new Set(values).size > 1);
}

function figureRow(
  name: string,
  runs: readonly PlottedReport[],
  runNames: readonly string[],
): Html {
  const title = name.replaceAll("_", " ");
  return html`
    <section>
      <h2>${title[0].toUpperCase()}${title.slice(1)}</h2>
      <div class="row ${runs.length === 2 ? "two" : "three"}">
    ${runs.map((run, i) => {
      const figure = figuresOf(run).find((figure) => figure.name === name);
      const body = figure === undefined
        ? html`
          <p class="muted">This run has none.</p>
        `
        : figureHtml(figure, { prefix: `run${i + 1}-` });
      return html`
        <div><p><strong>${runNames[i]}</strong></p>
        ${body}</div>
      `;
    })}</div>
    </section>
  `;
}
