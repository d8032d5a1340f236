import type { LabelDraws } from "../metrics/evaluate.ts";
import { RUN_FILES } from "../run/run_folder.ts";
import type { Manifest } from "../run/manifest.ts";
import type { Scores } from "../metrics/classification.ts";
import { type DrawnFigures, figureHtml } from "./drawn_figures.ts";
import { type Html, html } from "./html.ts";
import { count, percent } from "./model_sections.ts";
import type { ReportRun } from "./report_run.ts";
import { table } from "./table.ts";

/** How well the classifier does. */
export function classificationSection(
  run: ReportRun,
  { classification }: DrawnFigures,
): Html {
  const { macro, micro } = run.metrics;
  const line = (name: string, { precision, recall, f1 }: Scores) => [
    name,
    ...[precision, recall, f1].map((score) => score.toFixed(4)),
  ];
  const means = table(
    [
      { title: "mean" },
      { title: "precision", number: true },
      { title: "recall", number: true },
      { title: "F1", number: true },
    ],
    [line("macro", macro), line("micro", micro)],
    { caption: "Macro: the plain mean over classes. Micro: over all images together" },
  );
  const [confusion, calibration, scores, ...histograms] = classification.map((figure) =>
    figureHtml(figure)
  );
  return html`
    <section class="whole">
      <h2>Classification</h2>
      <p>${classificationText(run)}</p>
      <div class="row three">
        ${confusion} ${calibration}
        <div>${means} ${scores}</div>
      </div>
      <div class="row two">${histograms}</div>
    </section>
  `;
}

function classificationText({ metrics, summary: { outliers } }: ReportRun): string {
  const kept = outliers.accuracyOfOthers === null
    ? ""
    : `, and ${percent(outliers.accuracyOfOthers)} of the rest are right`;
  return `Over ${count(metrics.count)} ${metrics.split}: accuracy ${percent(metrics.accuracy)}, ` +
    `(macro + micro) / 2 F1 ${metrics.meanF1.toFixed(4)}. At the limits below, ` +
    `${percent(outliers.share)} of them would be refused${kept}.${drawsText(metrics.draws)}`;
}

function drawsText(draws: LabelDraws | undefined): string {
  if (draws === undefined) return "";
  return ` Over ${
    count(draws.count)
  } other draws of the labelled images (macro + micro) / 2 F1 is ` +
    `${draws.mean.toFixed(4)} on average, standard deviation ${
      draws.standardDeviation.toFixed(4)
    }, worst ${draws.worst.toFixed(4)}.`;
}

/** The files whose hashes a report shows: the ones that give answers. */
const HASHED = [
  RUN_FILES.encoder,
  RUN_FILES.decoder,
  RUN_FILES.classifier,
  RUN_FILES.classifierUint8,
  RUN_FILES.mixture,
];

/** What made the run, so that it can be made again. */
export function provenanceSection({ manifest, summary }: ReportRun): Html {
  const { files } = manifest;
  const hashes = table(
    [{ title: "file" }, { title: "bytes", number: true }, { title: "SHA-256" }],
    HASHED.filter((file) => file in files).map((file) => [
      file,
      count(files[file].bytes),
      html`<code>${files[file].sha256}</code>`,
    ]),
    { caption: "The files that answer; manifest.json holds the hashes of all" },
  );
  return html`
    <section>
      <h2>How it was made</h2>
      <pre><code>${formatCommand(summary.command)}</code></pre>
      <p>${provenanceText(manifest)}</p>
      ${hashes}
    </section>
  `;
}

function provenanceText({ seed, versions, exportCheck, options }: Manifest): string {
  const list = (values: Record<string, unknown>) =>
    Object.entries(values).map(([name, value]) => `${name} ${value}`).join(", ");
  const checks = Object.entries(exportCheck).map(([file, difference]) => [
    file,
    difference === 0 ? "0" : difference.toExponential(1).replace("-", "−"),
  ]);
  return `Seed ${seed}. Versions: ${
    list(versions)
  }. Greatest difference of an exported file from ` +
    `the model that it was made from: ${list(Object.fromEntries(checks))}. Options: ${
      list(options)
    }.`;
}

/** A command as it is typed: words with signs that a shell would read are quoted. */
export function formatCommand(words: readonly string[]): string {
  return words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  )
    .join(" ");
}
