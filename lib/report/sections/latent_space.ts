import { quantile } from "../../array/stats.ts";
import { join, slice, take } from "../../array/rows.ts";
import { Random } from "../../array/random.ts";
import { nearestNeighbours } from "../../classical/nearest_neighbours.ts";
import { principalComponents, project } from "../../embedding/pca.ts";
import { tsne, TSNE_NEIGHBOURS } from "../../embedding/tsne.ts";
import { componentOutlines } from "../../latent/component_outline.ts";
import type { LatentClassifier } from "../../latent/latent_classifier.ts";
import {
  type LatentScatter,
  latentScatter,
  type LatentScatterOptions,
} from "../../plot/latent_scatter.ts";
import { squareDomain } from "../../plot/points_picture.ts";
import type { PlotSpec } from "../../plot/theme.ts";
import type { Latents } from "../../run/latents_file.ts";
import { classRegions } from "../parts/class_regions.ts";
import { count } from "../parts/numbers.ts";
import { namesOf, type ReportRun } from "../parts/report_run.ts";
import type { Figure, Section } from "../parts/section.ts";

/** The most points that t-SNE lays out: `study embed` takes more. */
const TSNE_POINTS = 1000;

/** The size of plots of which two stand side by side. */
const SMALL = { width: 270, height: 270 } satisfies Partial<LatentScatterOptions>;

/** Where the images lie in the latent space. */
export function latentSpace(run: ReportRun): Section | undefined {
  const { latents, classifier } = run;
  if (latents === undefined) return undefined;
  const [, latentDim] = latents.z.shape;
  if (latentDim === 1) return undefined;
  const shown = pointsOf(run, latents);
  const figures = latentDim === 2
    ? [
      planeFigure(run, shown),
      ...classifier && classifier.members.length > 1
        ? [membersFigure(shown, { classifier, seed: run.manifest.seed })]
        : [],
    ]
    : [pcaFigure(shown), ...tsneFigures(shown, run.manifest.seed)];
  // Beside a mixture of one member there is room for one figure.
  const layout = figures.length > 1 ? "two" : classifier ? "half" : "one";
  return { title: "Latent space", layout, body: figures };
}

/** The points of a scatter; classes are indices into `classNames`. */
type Points = Pick<LatentScatter, "points" | "classes" | "classNames" | "labelled"> & {
  /** What the colours of points are. */
  readonly known: string;
};

/** The training images with their predicted or true classes, and the labelled images. */
function pointsOf(run: ReportRun, { z, labelled, ...known }: Latents): Points {
  const labels = known.labels ?? known.trueLabels;
  const classes = run.manifest.classes ?? [...new Set(labels)].sort((a, b) => a - b);
  const index = new Map(classes.map((label, i) => [label, i]));
  const indices = (values: Int32Array) => Int32Array.from(values, (label) => index.get(label)!);
  return {
    points: z,
    classes: labels ? indices(labels) : new Int32Array(z.shape[0]),
    classNames: labels ? namesOf(run, classes) : ["training images"],
    known: known.labels
      ? "predicted class"
      : run.manifest.condition === "label"
      ? "class"
      : "true class, which the training has not seen",
    ...labels && labelled &&
      { labelled: { points: labelled.z, classes: indices(labelled.labels) } },
  };
}

/** What colours and diamonds mean, as captions say it. */
function colours({ labelled, classNames, known }: Points): string {
  if (labelled === undefined) {
    return classNames.length > 1 ? `, coloured by ${known}` : "";
  }
  return `, coloured by ${known}; diamonds are the labelled images, coloured by true class`;
}

function planeFigure({ classifier, latents }: ReportRun, shown: Points): Figure {
  const domain = squareDomain([shown.points, ...shown.labelled ? [shown.labelled.points] : []]);
  const members = classifier?.members ?? [];
  // One training image in a hundred lies where the mixture is less dense.
  const threshold = latents?.logLikelihood === undefined
    ? -Infinity
    : quantile(latents.logLikelihood, 0.01);
  const curves = members.length === 0
    ? ""
    : " The background shows the predicted class, stronger where its probability is higher; it " +
      "is left out in the sparsest part of the plane, which holds 1 % of the training images. " +
      "Curves: one (solid) and two (dashed) standard deviations of each component" +
      (members.length === 1
        ? ""
        : ` of the first of ${members.length} mixtures whose posteriors are averaged`) +
      ", crosses their means." +
      (members[0].transform.name === "none" ? "" : " The mixture was fitted after the transform " +
        `${members[0].transform.name}, so its ellipses are curves here.`);
  return {
    name: "latent_scatter",
    alt: "The training images as points of the latent plane, coloured by predicted class",
    caption: `Latent means of ${count(shown.points.shape[0])} training images${colours(shown)}.` +
      curves,
    plot: () =>
      latentScatter({
        ...shown,
        ...classifier && {
          ground: classRegions(classifier, { domain, threshold }),
          outlines: componentOutlines(members[0]),
        },
      }, { domain }),
  };
}

/** Each mixture of an ensemble in a panel of its own. */
function membersFigure(
  shown: Points,
  { classifier: { members }, seed }: { classifier: LatentClassifier; seed: number },
): Figure {
  const some = sample(shown, { most: 4000, seed });
  const domain = squareDomain([shown.points]);
  return {
    name: "mixture_members",
    alt: `The components of ${members.length} mixtures over the latent plane`,
    caption: "The mixtures of the ensemble. Each was fitted after a transform that squashes the " +
      "plane; its ellipses are mapped back, and are open where they reach beyond the transform's " +
      `range. ${count(some.points.shape[0])} points, in random order.`,
    wide: true,
    plot: () => {
      const concat = members.map((member, i) =>
        latentScatter({ ...some, outlines: componentOutlines(member) }, {
          domain,
          width: 145,
          height: 145,
          legend: false,
          title: `${i + 1}. transform ${member.transform.name}`,
        })
      );
      return { concat, columns: 4, spacing: 12 } as PlotSpec;
    },
  };
}

function pcaFigure(shown: Points): Figure {
  const { points, labelled } = shown;
  return {
    name: "latent_pca",
    alt: "The training images along the first two principal components of the latent space",
    caption: `Latent means of ${count(points.shape[0])} training images along their first two ` +
      `principal components${colours(shown)}.`,
    plot: () => {
      const { projected, explained, ...axes } = principalComponents(points);
      const known = labelled && project(labelled.points, axes);
      const titles = explained.map((share, i) =>
        `principal component ${i + 1} (${(100 * share).toFixed(0)} % of the variance)`
      );
      return latentScatter({
        ...shown,
        points: projected,
        ...labelled && known && { labelled: { ...labelled, points: known } },
      }, {
        domain: squareDomain([projected, ...known ? [known] : []]),
        axes: [titles[0], titles[1]],
        ...SMALL,
      });
    },
  };
}

function tsneFigures(whole: Points, seed: number): Figure[] {
  const shown = sample(whole, { most: TSNE_POINTS, seed });
  const { points, labelled } = shown;
  const [rows] = points.shape;
  const all = join(labelled ? [points, labelled.points] : [points]);
  const [total] = all.shape;
  if (total <= TSNE_NEIGHBOURS + 10) return [];
  return [{
    name: "latent_tsne",
    alt: "The training images laid out by t-SNE",
    caption: `A random sample of ${count(rows)} of the training images, laid out by t-SNE ` +
      `(perplexity 30, 400 iterations)${colours(shown)}. Neighbours are close in the latent ` +
      "space; axes and distances between groups have no meaning.",
    plot: async () => {
      const neighbours = await nearestNeighbours(all, all, {
        k: TSNE_NEIGHBOURS,
        excludeSelf: true,
      });
      const layout = tsne(neighbours, { iterations: 400, seed });
      return latentScatter({
        ...shown,
        points: slice(layout, 0, rows),
        ...labelled && { labelled: { ...labelled, points: slice(layout, rows, total) } },
      }, { domain: squareDomain([layout]), axes: ["t-SNE 1", "t-SNE 2"], ...SMALL });
    },
  }];
}

/** At most `most` of the points, by seed. */
function sample(shown: Points, { most, seed }: { most: number; seed: number }): Points {
  const { points, classes } = shown;
  const [rows] = points.shape;
  if (rows <= most) return shown;
  const order = new Random(seed, "shown points").permutation(rows).subarray(0, most);
  return {
    ...shown,
    points: take(points, order),
    classes: Int32Array.from(order, (row) => classes[row]),
  };
}
