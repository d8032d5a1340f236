import { COVARIANCE_FORMS, COVARIANCE_TYPES } from "../../mixture/covariance.ts";
import type { LatentClassifier, LatentMember } from "../../latent/latent_classifier.ts";
import type { MixtureParameters } from "../../mixture/parameters.ts";
import type { RunMetrics } from "../../run/metrics_file.ts";
import { type Html, html } from "../parts/html.ts";
import { count } from "../parts/numbers.ts";
import { namesOf, type ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";
import { minus, table } from "../parts/table.ts";

/** The most components that a report lists; gmm.json has them all. */
const MAX_COMPONENTS = 32;

/** The most axes of which a report lists means and covariances. */
const MAX_AXES = 3;

/** The mixture that was fitted to the latent means. */
export function mixture(run: ReportRun): Section | undefined {
  const { classifier, metrics, latents } = run;
  if (classifier === undefined) return undefined;
  const listed = listedMembers(classifier);
  // A plane has one figure, which stands beside the mixture where there is one.
  const isHalf = classifier.members.length === 1 && latents?.z.shape[1] === 2;
  return {
    title: "Mixture",
    layout: isHalf ? "half" : "two",
    body: [
      mixtureText(run, classifier),
      ...listed.map((member, i) => memberTable(run, { classifier, member, i })),
      ...metrics.mixture ? [comparedTable(metrics.mixture.compared)] : [],
    ],
  };
}

function listedMembers({ members }: LatentClassifier): readonly LatentMember[] {
  return componentCount({ members }) <= MAX_COMPONENTS ? members : members.slice(0, 1);
}

function componentCount({ members }: Pick<LatentClassifier, "members">): number {
  return members.reduce((sum, { componentClass }) => sum + componentClass.length, 0);
}

function mixtureText({ metrics }: ReportRun, classifier: LatentClassifier): string {
  const { members } = classifier;
  const components = count(componentCount(classifier));
  const size = members.length === 1
    ? `One mixture of ${components} components`
    : `${members.length} mixtures whose posteriors are averaged, ${components} components`;
  const chosen = metrics.selection === undefined
    ? ""
    : `, chosen on the labelled images alone: ${metrics.selection.chosen}`;
  const density = metrics.mixture === undefined
    ? ""
    : " Mean log density of the training images' latent means: " +
      `${minus(metrics.mixture.logLikelihood.toFixed(3))} nats.`;
  const rest = listedMembers(classifier).length < members.length
    ? " The first mixture is listed; gmm.json holds all."
    : "";
  return `${size}${chosen}.${density}${rest}`;
}

function memberTable(
  run: ReportRun,
  { classifier: { members, classes }, member, i }: {
    classifier: LatentClassifier;
    member: LatentMember;
    i: number;
  },
): Html {
  const { transform, mixture, componentClass, weight } = member;
  const names = namesOf(run, classes);
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
      names[classIndex],
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

/** The information criterion by size and covariance type. */
function comparedTable(
  { fits, rows, transform }: NonNullable<RunMetrics["mixture"]>["compared"],
): Html {
  const sizes = [...new Set(fits.map(({ components }) => components))];
  const best = Math.min(...fits.map(({ bic }) => bic ?? Infinity));
  const cell = (components: number, type: string) => {
    const fit = fits.find((fit) => fit.components === components && fit.covarianceType === type);
    if (fit === undefined || fit.bic === null || fit.lowerBound === null) return "–";
    const bound = minus(fit.lowerBound.toFixed(3));
    const text = html`${minus(count(Math.round(fit.bic)))} <span class="under">(${bound})</span>`;
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
        `of mixtures fitted without labels to ${count(rows)} training images after the transform ` +
        `${transform}; a dash: more parameters than rows, or a component collapsed`,
    },
  );
}
