import { formatNumber } from "../command/progress.ts";
import { type DrawnFigures, figureHtml } from "./drawn_figures.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report_run.ts";
import { table } from "./table.ts";

/** An integer with commas between its thousands. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** How many numbers training may change. */
export function parameterCount({ summary: { layers } }: ReportRun): number {
  return layers.reduce((sum, { parameters }) => sum + parameters, 0);
}

/** What the run is, in a sentence and a few numbers. */
export function headSection(run: ReportRun): Html {
  const { metrics, summary } = run;
  const similarity = metrics.structuralSimilarity;
  const tiles: [string, string][] = [
    ["accuracy", percent(metrics.accuracy)],
    ["F1 (macro + micro) / 2", formatNumber(metrics.meanF1)],
    ["calibration error", percent(summary.calibration.expectedCalibrationError)],
    ["mean squared error", formatNumber(metrics.meanSquaredError)],
    ["SSIM, 7x7 window", similarity === null ? "none" : formatNumber(similarity)],
    ["parameters", count(parameterCount(run))],
  ];
  return html`
    <header>
      <h1>Run ${run.name}</h1>
      <p class="lead">${leadText(run)}</p>
      <dl class="tiles">
        ${tiles.map(([name, value]) =>
          html`
            <div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>
          `
        )}
      </dl>
    </header>
  `;
}

function leadText({ manifest, metrics, summary: { images }, classNames }: ReportRun): string {
  const { system: model, latentDim, imageShape: [height, width] } = manifest;
  const variables = `${latentDim} latent ${latentDim === 1 ? "variable" : "variables"}`;
  return `The model ${model}, with ${variables}, learned from ${count(images.trained)} images of ` +
    `${height}x${width} pixels that nobody labelled; ${
      count(images.labelled)
    } labelled ones then ` +
    `told ${joinWords(classNames)} apart. Scored on ${count(metrics.count)} ${metrics.split}.`;
}

/** Up to twelve names in a row. */
function joinWords(names: readonly string[]): string {
  if (names.length > 12) return `${names.length} classes`;
  if (names.length === 1) return names[0];
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The images in their roles, and the layers of the model. */
export function dataAndModelSections(run: ReportRun): Html {
  const { manifest, summary, classNames } = run;
  const { trained, heldOut, labelled, test } = summary.images;
  const roles: [string, string, string][] = [
    ["training", count(trained), "the model learns from them, without labels"],
    ["held out", count(heldOut), "the loss is watched on them, without labels"],
    ["labelled", count(labelled), "seed the mixture and choose it"],
    ["test", test === null ? "none" : count(test), "give scores, and nothing else"],
  ];
  const data = table(
    [{ title: "role" }, { title: "images", number: true }, { title: "what they do" }],
    roles,
    {
      caption: `Images of ${manifest.imageShape.join("x")} (height, width, channels), pixels ` +
        `divided by ${manifest.scale}`,
    },
  );
  const layers = table(
    [
      { title: "network" },
      { title: "layer" },
      { title: "type" },
      { title: "output" },
      { title: "parameters", number: true },
    ],
    summary.layers.map(({ network, layer, type, outputShape, parameters }) => [
      network,
      layer,
      type,
      outputShape.join("x"),
      count(parameters),
    ]),
    {
      caption: `The layers of the model ${manifest.system}`,
      footer: ["total", "", "", "", count(parameterCount(run))],
    },
  );
  const classes = classNames.length > 40 ? count(classNames.length) : classNames.join(", ");
  return html`
    <div class="row two">
      <section>
        <h2>Data</h2>
        ${data}
        <p>Classes: ${classes}.</p>
      </section>
      <section>
        <h2>Model</h2>
        ${layers}
      </section>
    </div>
  `;
}

/** How the losses went. */
export function trainingSection(run: ReportRun, { training }: DrawnFigures): Html {
  return html`
    <section>
      <h2>Training</h2>
      <p>${trainingText(run)}</p>
      ${training.map((figure) => figureHtml(figure))}
    </section>
  `;
}

function trainingText({ curves, summary, imagesPerSecond, manifest }: ReportRun): string {
  const epochs = curves[0].train.length;
  const last = curves.flatMap(({ name, train, validation }) => {
    const [loss, held] = [train.at(-1) ?? null, validation?.at(-1) ?? null];
    if (loss === null) return [];
    return [
      `${name} ${formatNumber(loss)}${held === null ? "" : ` (${formatNumber(held)} held out)`}`,
    ];
  });
  return `${epochs} ${epochs === 1 ? "epoch" : "epochs"}` +
    (summary.stoppedEarly ? ", stopped early as the validation loss no longer fell" : "") +
    `, on ${summary.engine}, ${count(Math.round(imagesPerSecond))} images a second, seed ` +
    `${manifest.seed}. In the last epoch, in nats an image: ${last.join(", ")}.`;
}

/** Images beside what the model makes of them. */
export function reconstructionSection(
  { metrics }: ReportRun,
  { reconstruction }: DrawnFigures,
): Html {
  const { meanSquaredError, structuralSimilarity } = metrics;
  const similarity = structuralSimilarity === null
    ? "none, for the images are smaller than its window of 7x7"
    : `${formatNumber(structuralSimilarity)} (7x7 uniform window)`;
  const text = `Over ${count(metrics.count)} ${metrics.split}: mean squared error ` +
    `${formatNumber(meanSquaredError)} (1 − MSE ${(1 - meanSquaredError).toFixed(4)}), ` +
    `structural similarity ${similarity}; pixels in [0, 1].`;
  return html`
    <section>
      <h2>Reconstruction</h2>
      <p>${text}</p>
      <div class="row two">${reconstruction.map((figure) => figureHtml(figure))}</div>
    </section>
  `;
}

/** What the decoder draws. */
export function generationSection(_run: ReportRun, { generation }: DrawnFigures): Html {
  const [walk, ...samples] = generation.map((figure) => figureHtml(figure));
  return html`
    <section>
      <h2>Generation</h2>
      <div class="row generation">
        ${walk}
        <div>${samples}</div>
      </div>
    </section>
  `;
}
