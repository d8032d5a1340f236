import { formatNumber } from "../command/progress.ts";
import type { DrawnRun } from "./drawn_run.ts";
import { type DrawnFigure, figureHtml } from "./drawn_figures.ts";
import { type Html, html } from "./html.ts";
import { count, parameterCount, percent } from "./model_sections.ts";
import { page } from "./page.ts";
import type { ReportRun } from "./report_run.ts";
import { formatCommand } from "./result_sections.ts";
import { table } from "./table.ts";

/** A fact of a run that can be laid beside another's. */
interface Fact {
  readonly name: string;
  readonly of: (run: ReportRun) => number | null | undefined;
  readonly format: (value: number) => string;
  /** Which of two is better; absent where neither is. */
  readonly better?: "higher" | "lower";
}

const FACTS: readonly Fact[] = [
  { name: "accuracy", of: (run) => run.metrics.accuracy, format: percent, better: "higher" },
  {
    name: "(macro + micro) / 2 F1",
    of: (run) => run.metrics.meanF1,
    format: (value) => value.toFixed(4),
    better: "higher",
  },
  {
    name: "expected calibration error",
    of: (run) => run.summary.calibration.expectedCalibrationError,
    format: percent,
    better: "lower",
  },
  {
    name: "mean squared error",
    of: (run) => run.metrics.meanSquaredError,
    format: formatNumber,
    better: "lower",
  },
  {
    name: "structural similarity",
    of: (run) => run.metrics.structuralSimilarity,
    format: formatNumber,
    better: "higher",
  },
  {
    name: "last validation loss (nats an image)",
    of: (run) => run.curves[0].validation?.at(-1),
    format: formatNumber,
    better: "lower",
  },
  { name: "parameters", of: parameterCount, format: count },
  { name: "latent variables", of: (run) => run.manifest.latentDim, format: count },
  { name: "epochs", of: (run) => run.curves[0].train.length, format: count },
  { name: "labelled images", of: (run) => run.summary.images.labelled, format: count },
  { name: "scored images", of: (run) => run.metrics.count, format: count },
  { name: "training images a second", of: (run) => run.imagesPerSecond, format: formatWhole },
  { name: "seed", of: (run) => run.manifest.seed, format: String },
];

function formatWhole(value: number): string {
  return count(Math.round(value));
}

/** The page that lays several runs side by side: numbers, options that differ, and pictures. */
export function buildComparison(runs: readonly DrawnRun[]): string {
  const names = distinctNames(runs.map(({ run }) => run.name));
  const columns = (first: string) => [
    { title: first },
    ...names.map((title) => ({ title, number: true })),
  ];
  const differing = optionsThatDiffer(runs.map(({ run }) => run));
  return page(`Glimpse: runs ${names.join(", ")}`, [
    html`
      <header>
        <h1>Runs ${names.join(", ")}</h1>
        <p
          class="lead">${runs
            .length} runs side by side. The better of two numbers stands out only where both were scored on as many images.</p>
      </header>
      <section>
      <h2>Numbers</h2>
      ${table(columns("what"), FACTS.map((fact) => factRow(fact, runs)), {
        caption: "The numbers of each run",
      })}${differing.length === 0 ? undefined : table(columns("option"), differing, {
        caption: "The options in which the runs differ",
      })}</section>
    `,
    ...figureNames(runs).map((name) => figureRow(name, runs, names)),
    html`
      <section>
      <h2>How they were made</h2>
      ${runs.map(({ run }, i) =>
        html`
          <p>${names[i]}</p>
          <pre><code>${formatCommand(run.summary.command)}</code></pre>
        `
      )}</section>
    `,
  ]);
}

function factRow({ name, of, format, better }: Fact, runs: readonly DrawnRun[]) {
  const values = runs.map(({ run }) => of(run) ?? null);
  const comparable = new Set(runs.map(({ run }) => run.metrics.count)).size === 1 &&
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

function optionsThatDiffer(runs: readonly ReportRun[]): string[][] {
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

/** Runs of one name in several folders are told apart by their number. */
function distinctNames(names: readonly string[]): string[] {
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${i + 1})`
  );
}

function allFigures({ figures }: DrawnRun): DrawnFigure[] {
  return Object.values(figures).flat();
}

function figureNames(runs: readonly DrawnRun[]): string[] {
  return [...new Set(runs.flatMap((run) => allFigures(run).map(({ name }) => name)))];
}

function figureRow(name: string, runs: readonly DrawnRun[], runNames: readonly string[]): Html {
  const title = name.replaceAll("_", " ");
  return html`
    <section>
      <h2>${title[0].toUpperCase()}${title.slice(1)}</h2>
      <div class="row ${runs.length === 2 ? "two" : "three"}">
    ${runs.map((run, i) => {
      const figure = allFigures(run).find((figure) => figure.name === name);
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
