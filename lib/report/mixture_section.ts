import { COVARIANCE_FORMS, COVARIANCE_TYPES } from "../mixture/covariance.ts";
import type { LatentMember } from "../latent/latent_classifier.ts";
import type { MixtureParameters } from "../mixture/parameters.ts";
import { type DrawnFigure, type DrawnFigures, figureHtml } from "./drawn_figures.ts";
import { type Html, html, type HtmlPart } from "./html.ts";
import { count, percent } from "./model_sections.ts";
import { MEMBERS_FIGURE } from "./latent_figures.ts";
import type { ReportRun } from "./report_run.ts";
import { minus, table } from "./table.ts";

/** The most components that a report lists; gmm.json has them all. */
const MAX_COMPONENTS = 32;

/** The most axes of which a report lists means and covariances. */
const MAX_AXES = 3;

/** Where the images lie in the latent space, and the mixture that was fitted there. */
export function latentSections(run: ReportRun, { latent }: DrawnFigures): Html {
  const [scatter, ...others] = latent;
  const { members } = run.classifier;
  const tables = listedMembers(run).map((member, i) => memberTable(run, { member, i }));
  const isSmall = members.length === 1;
  return html`
    <div class="row two">
      <section>
        <h2>Latent space</h2>
        ${scatter && figureHtml(scatter)}
      </section>
      <section>
        <h2>Mixture</h2>
        <p>${mixtureText(run)}</p>
        ${isSmall ? tables : undefined}
        ${mixturesTable(run)}
        ${isSmall ? others.map((figure) => figureHtml(figure)) : undefined}
      </section>
    </div>
    ${isSmall ? undefined : ensembleRow(others, tables)}
    ${candidatesTables(run)}
  `;
}

/** What an ensemble has more of than a single mixture. */
function ensembleRow(figures: readonly DrawnFigure[], tables: readonly Html[]): Html {
  const drawn = figures.map((figure) => {
    const isWide = figure.name === MEMBERS_FIGURE;
    return html`<div class="${isWide ? "wide" : "half"}">${figureHtml(figure)}</div>`;
  });
  return html`<div class="row two">${drawn}${tables}</div>`;
}

function listedMembers({ classifier: { members } }: ReportRun): readonly LatentMember[] {
  const components = members.reduce((sum, { componentClass }) => sum + componentClass.length, 0);
  return components <= MAX_COMPONENTS ? members : members.slice(0, 1);
}

function mixtureText(run: ReportRun): HtmlPart {
  const { classifier: { members }, summary } = run;
  const components = members.reduce((sum, { componentClass }) => sum + componentClass.length, 0);
  const size = members.length === 1
    ? `one mixture of ${count(components)} components`
    : `${members.length} mixtures whose posteriors are averaged, ${count(components)} components`;
  const rest = listedMembers(run).length < members.length
    ? " The first mixture is listed; gmm.json holds all."
    : "";
  const density = minus(summary.mixture.logLikelihood.toFixed(3));
  const text = `, ${size}. Mean log density of the training images' latent means: ${density} ` +
    `nats.${rest}`;
  return html`Chosen by the labelled images alone: <strong>${summary.chosen}</strong>${text}`;
}

function memberTable(
  { classNames, classifier: { members } }: ReportRun,
  { member, i }: { member: LatentMember; i: number },
): Html {
  const { transform, mixture, componentClass, weight } = member;
  const axes = mixture.means.shape[1];
  const wide = axes > MAX_AXES;
  return table(
    [
      { title: "class" },
      { title: "weight", number: true },
      { title: wide ? "length of the mean" : "mean", number: true },
      { title: wide ? "least and greatest standard deviation" : "covariance", number: true },
    ],
    componentClass.map((classIndex, c) => [
      classNames[classIndex],
      mixture.weights.data[c].toFixed(3),
      meanText(mixture, { c, wide }),
      covarianceText(mixture, { c, wide }),
    ]),
    {
      caption: (members.length === 1 ? "" : `${i + 1}. Share ${weight.toFixed(2)}. `) +
        `Transform ${transform.name}, ${mixture.covarianceType} covariance, of latents that are ` +
        "centred, scaled and transformed" +
        (wide || axes === 1 ? "" : "; covariances by rows of the lower triangle"),
    },
  );
}

/** A component by its number, and whether there are too many axes to list. */
interface Shown {
  readonly c: number;
  readonly wide: boolean;
}

function meanText({ means }: MixtureParameters, { c, wide }: Shown): string {
  const axes = means.shape[1];
  const mean = means.data.subarray(c * axes, (c + 1) * axes);
  return wide
    ? Math.hypot(...mean).toFixed(3)
    : [...mean].map((value) => value.toFixed(3)).join("  ");
}

function covarianceText(mixture: MixtureParameters, { c, wide }: Shown): string {
  const { covarianceType, covariances: { data }, means: { shape: [, axes] } } = mixture;
  const { matrix, shared, isotropic } = COVARIANCE_FORMS[covarianceType];
  const width = matrix ? axes * axes : isotropic ? 1 : axes;
  const start = shared ? 0 : c * width;
  const own = data.subarray(start, start + width);
  if (wide) {
    const variances = matrix ? Array.from({ length: axes }, (_, i) => own[i * axes + i]) : [...own];
    const deviations = variances.map(Math.sqrt);
    return `${Math.min(...deviations).toFixed(3)}  ${Math.max(...deviations).toFixed(3)}`;
  }
  const shown = matrix
    ? Array.from({ length: axes }, (_, i) => [...own.subarray(i * axes, i * axes + i + 1)]).flat()
    : [...own];
  return shown.map((value) => value.toFixed(4)).join("  ");
}

/** The information criterion by size and shape, side by side. */
function mixturesTable({ summary: { mixture: { compared: mixtures } } }: ReportRun): Html {
  const { fits, rows, transform } = mixtures;
  const sizes = [...new Set(fits.map(({ components }) => components))];
  const best = Math.min(...fits.map(({ bic }) => bic ?? Infinity));
  const cell = (components: number, type: string) => {
    const fit = fits.find((fit) => fit.components === components && fit.covarianceType === type);
    if (fit === undefined || fit.bic === null || fit.lowerBound === null) return "–";
    const bound = minus(fit.lowerBound.toFixed(3));
    const text = html`${count(Math.round(fit.bic))} <span class="under">(${bound})</span>`;
    return fit.bic === best ? html`<strong class="best">${text}</strong>` : text;
  };
  return table(
    [
      { title: "components" },
      ...COVARIANCE_TYPES.map((type) => ({ title: type, number: true })),
    ],
    sizes.map((components) => [
      String(components),
      ...COVARIANCE_TYPES.map((type) => cell(components, type)),
    ]),
    {
      caption:
        `Bayesian information criterion, lower is better, and in brackets the bound in nats, ` +
        `of mixtures fitted without labels to ${
          count(rows)
        } training images behind the transform ` +
        `${transform}; a dash: more parameters than rows, or a component collapsed`,
    },
  );
}

/** What the classifier was chosen from, in two tables side by side. */
function candidatesTables({ summary: { candidates, chosen } }: ReportRun): Html {
  const score = (value: number | null, format: (value: number) => string) =>
    value === null ? "–" : format(value);
  const half = Math.ceil(candidates.length / 2);
  const part = (start: number, caption: string) =>
    table(
      [
        { title: "candidate" },
        { title: "accuracy", number: true },
        { title: "log loss", number: true },
        { title: "log-likelihood", number: true },
      ],
      candidates.slice(start, start + half).map(({ name, accuracy, logLoss, logLikelihood }) => [
        name === chosen ? html`<strong class="best">${name}</strong>` : name,
        score(accuracy, percent),
        score(logLoss, (value) => value.toFixed(3)),
        score(logLikelihood, (value) => value.toFixed(3)),
      ]),
      { caption },
    );
  return html`
    <div class="row two">
      ${part(0, "Candidates by cross-validation over the labelled images, in order of preference")}
      ${half === candidates.length ? undefined : part(
        half,
        "The same, continued: the first that is not surely worse than the best is taken",
      )}
    </div>
  `;
}
