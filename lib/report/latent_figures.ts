import { componentOutlines } from "../latent/component_outline.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { latentScatter, type LatentScatterOptions } from "../plot/latent_scatter.ts";
import type { Domain } from "../plot/points_picture.ts";
import type { PlotSpec } from "../plot/theme.ts";
import { principalComponents, project } from "../embedding/pca.ts";
import { Random } from "../array/random.ts";
import { tsne } from "../embedding/tsne.ts";
import { classRegions } from "./class_regions.ts";
import type { Figure } from "./figure.ts";
import type { ReportRun } from "./report_run.ts";

/** The pictures of the latent space. */
export function latentFigures(run: ReportRun): Figure[] {
  return run.manifest.latentDim === 2
    ? planeFigures(run)
    : run.manifest.latentDim! > 2
    ? projectionFigures(run)
    : [];
}

function planeFigures(run: ReportRun): Figure[] {
  const { classifier: { members } } = run;
  const [first] = members;
  const domain = domainOf([run.latents.z, run.latents.labelled!.z]);
  return [
    {
      name: "latent_scatter",
      alt: "The training images as points of the latent plane, coloured by predicted class",
      caption: `Latent means of ${run.latents.z.shape[0].toLocaleString("en-US")} training ` +
        "images, coloured by the class that the classifier predicts; diamonds are the labelled " +
        "images in the colour of their true class. The tint is the classifier's answer over the " +
        "plane, stronger where it is surer and absent where it would refuse. Curves: one (solid) " +
        `and two (dashed) standard deviations of each component${ofMember(run)}, crosses its ` +
        `mean.${warped(first.transform.name)}`,
      content: latentScatter({
        ...pointsOf(run),
        ground: classRegions(run.classifier, {
          domain,
          threshold: run.summary.outliers.thresholds.logLikelihood,
        }),
        outlines: componentOutlines(first),
      }, { domain }),
    },
    ...members.length === 1 ? [] : [membersFigure(run, domain)],
  ];
}

function ofMember({ classifier: { members } }: ReportRun): string {
  return members.length === 1
    ? ""
    : ` of the first of ${members.length} mixtures whose posteriors are averaged`;
}

function warped(transform: string): string {
  return transform === "none"
    ? ""
    : ` The mixture was fitted behind the transform ${transform}, so its ellipses are curves here.`;
}

/** The name of the figure that is as wide as a page. */
export const MEMBERS_FIGURE = "mixture_members";

/** Every mixture of an ensemble in a panel of its own. */
function membersFigure(run: ReportRun, domain: Domain): Figure {
  const { members } = run.classifier;
  const size = 145;
  const panels = members.map((member, i) =>
    latentScatter(
      { ...pointsOf(run, { most: 4000 }), outlines: componentOutlines(member) },
      {
        domain,
        width: size,
        height: size,
        legend: false,
        title: `${i + 1}. transform ${member.transform.name}`,
      },
    )
  );
  return {
    name: MEMBERS_FIGURE,
    alt: `The components of ${members.length} mixtures over the latent plane`,
    caption: "The mixtures of the ensemble, as above. Each was fitted to latents behind a " +
      "transform that squashes the plane; its ellipses are drawn where they come from, and are " +
      "open where they reach beyond what the transform can reach. At most 4,000 points.",
    content: { concat: panels, columns: 4, spacing: 12 } as PlotSpec,
  };
}

/** The most points that t-SNE lays out: its time grows with their square. */
const TSNE_POINTS = 1000;

function projectionFigures(run: ReportRun): Figure[] {
  const { z, labelled } = run.latents;
  const labelledZ = labelled!.z;
  const { projected, explained, ...axes } = principalComponents(z);
  const known = project(labelledZ, axes);
  const count = z.shape[0].toLocaleString("en-US");
  const colours = "coloured by the class that the classifier predicts; diamonds are the labelled " +
    "images in the colour of their true class";
  const percent = (share: number) => `${(100 * share).toFixed(0)} % of the variance`;
  const pca: Figure = {
    name: "latent_pca",
    alt: "The training images along the first two principal components of the latent space",
    caption: `Latent means of ${count} training images along their first two principal ` +
      `components, ${colours}.`,
    content: latentScatter({
      ...pointsOf(run),
      points: projected,
      labelled: { ...pointsOf(run).labelled, points: known },
    }, {
      domain: domainOf([projected, known]),
      axes: [
        `principal component 1 (${percent(explained[0])})`,
        `principal component 2 (${percent(explained[1])})`,
      ],
      ...SMALL,
    }),
  };
  const drawn = pointsOf(run, { most: TSNE_POINTS });
  if (drawn.points.shape[0] + labelledZ.shape[0] <= 100) return [pca];
  return [pca, tsneFigure(run, { colours, ...drawn })];
}

/** Two of them stand side by side. */
const SMALL = { width: 270, height: 270 } satisfies Partial<LatentScatterOptions>;

function tsneFigure(
  { latents: { labelled }, manifest: { seed } }: ReportRun,
  { points, colours, ...scatter }: ReturnType<typeof pointsOf> & { colours: string },
): Figure {
  const labelledZ = labelled!.z;
  const all = new Float32Array(points.data.length + labelledZ.data.length);
  all.set(points.data);
  all.set(labelledZ.data, points.data.length);
  const features = points.shape[1];
  const layout = tsne(ndarray("float32", [all.length / features, features], all), { seed });
  const split = 2 * points.shape[0];
  const part = (data: Float32Array) => ndarray("float32", [data.length / 2, 2], data);
  return {
    name: "latent_tsne",
    alt: "The training images laid out by t-SNE",
    caption: `${points.shape[0].toLocaleString("en-US")} of the training images, drawn by seed, ` +
      `laid out by t-SNE (perplexity 30, 400 iterations), ${colours}. Near points are near in the ` +
      "latent space; axes and distances between groups mean nothing.",
    content: latentScatter({
      ...scatter,
      points: part(layout.data.slice(0, split)),
      labelled: { ...scatter.labelled, points: part(layout.data.slice(split)) },
    }, { domain: domainOf([layout]), axes: ["t-SNE 1", "t-SNE 2"], ...SMALL }),
  };
}

/** The training images' points with their predicted classes, and the labelled ones. */
function pointsOf(
  { latents: { z, labels, labelled }, classifier, classNames, manifest }: ReportRun,
  { most = Infinity }: { most?: number } = {},
) {
  const [count, columns] = z.shape;
  const rows = count <= most
    ? undefined
    : new Random(manifest.seed, "shown points").permutation(count).subarray(0, most);
  const classOf = (label: number) => classifier.classes.indexOf(label);
  const points = rows === undefined
    ? z
    : ndarray("float32", [most, columns], new Float32Array(most * columns));
  rows?.forEach((row, i) =>
    points.data.set(z.data.subarray(row * columns, (row + 1) * columns), i * columns)
  );
  return {
    points,
    classes: rows === undefined
      ? labels!.map(classOf)
      : Int32Array.from(rows, (row) => classOf(labels![row])),
    classNames,
    labelled: { points: labelled!.z, classes: labelled!.labels.map(classOf) },
  };
}

/** A square with all points in it, a little larger than they need. */
function domainOf(arrays: readonly NdArray<"float32">[]): Domain {
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (const { data } of arrays) {
    for (let i = 0; i < data.length; i++) {
      low[i % 2] = Math.min(low[i % 2], data[i]);
      high[i % 2] = Math.max(high[i % 2], data[i]);
    }
  }
  const half = 0.52 * Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const [x, y] = [0, 1].map((axis): [number, number] => {
    const middle = (low[axis] + high[axis]) / 2;
    return [middle - half, middle + half];
  });
  return { x, y };
}
