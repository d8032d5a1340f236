import { axisMoments } from "../../array/stats.ts";
import type { NdArray } from "../../array/ndarray.ts";
import { take } from "../../array/rows.ts";
import {
  drawFromMixture,
  drawFromPrior,
  type LatentGrid,
  manifold,
  overImages,
  traversals,
} from "../../latent/latent_points.ts";
import type { Images } from "../../data/dataset.ts";
import { LABEL_TEMPERATURE } from "../../latent/sample_conditional.ts";
import { imageGrid } from "../../plot/image_grid.ts";
import { imagePlot } from "../../plot/image_plot.ts";
import { pngUrl } from "../../plot/png.ts";
import type { PlotSpec } from "../../plot/theme.ts";
import { listNames } from "../parts/numbers.ts";
import { hasNormalPrior, namesOf, type ReportRun } from "../parts/report_run.ts";
import type { Figure, Section } from "../parts/section.ts";

/** Points along each side of the latent plane, and along each axis of another space. */
const SIDE = { plane: 20, axis: 15 } as const;

/** How many images are sampled. */
const SAMPLES = 100;

/** The most axes that a report shows. */
const MAX_AXES = 20;

type Decode = NonNullable<ReportRun["decode"]>;

/** The images that a decoder or a generator gives. */
export function generation(run: ReportRun): Section | undefined {
  const { decode, latents, examples: { samples, progress } } = run;
  const figures = [
    ...decode && latents ? [gridFigure(run, { decode, z: latents.z })] : [],
    ...samples ? [givenSamples(run, samples)] : [],
    ...progress ? [progressFigure(progress)] : [],
    ...decode && latents && !samples ? decodedSamples(run, { decode, z: latents.z }) : [],
  ];
  if (figures.length === 0) return undefined;
  return {
    title: "Generation",
    layout: figures.length > 2 ? "large-first" : figures.length === 2 ? "two" : "one",
    body: figures,
  };
}

/** The latent plane; of a space of another size a walk along each axis. */
function gridFigure(
  run: ReportRun,
  { decode, z }: { decode: Decode; z: NdArray<"float32"> },
): Figure {
  const [, latentDim] = z.shape;
  const plane = latentDim === 2;
  const standard = plane ? manifold(SIDE.plane) : traversals(latentDim, SIDE.axis);
  // Without the prior N(0, I), or with another one after it, the grid covers where the images lie.
  const isStandard = hasNormalPrior(run.history);
  const grid = isStandard ? standard : overImages(standard, z);
  const range = `the quantiles 0.05 to 0.95 of ${
    isStandard
      ? "the standard normal prior"
      : "a normal distribution with the mean and standard deviation of the latent means"
  }`;
  return plane
    ? manifoldFigure(grid, { decode, range })
    : traversalsFigure(grid, { decode, range, z });
}

/** What the same noise became epoch by epoch. */
function progressFigure(
  { epochs, images }: NonNullable<ReportRun["examples"]["progress"]>,
): Figure {
  return {
    name: "progress",
    alt: `Images generated after ${epochs.length} epochs from the same latent variables`,
    caption:
      "The same latent variables after some epochs. progress.gif in the run's folder shows " +
      "more of them after every epoch.",
    plot: () =>
      imagePlot(pngUrl(imageGrid(images, { columns: 10, scale: 1 })), {
        x: { title: "sample", labels: new Array(10).fill("") },
        y: { title: "epoch", labels: [...epochs].map(String) },
        width: 280,
        height: 28 * epochs.length,
      }),
  };
}

/** The samples that the run holds; of a system with labels a column each. */
function givenSamples(run: ReportRun, samples: Images): Figure {
  const { condition, classes = [] } = run.manifest;
  if (condition !== "label") return sampleFigure("samples", "Generated images.", () => samples);
  const names = listNames(namesOf(run, classes));
  return sampleFigure(
    "samples",
    `Images generated for each label, a column each: ${names}. A row has the same noise, at temperature ${LABEL_TEMPERATURE}.`,
    () => samples,
    classes.length,
  );
}

function manifoldFigure(
  { z, columns }: LatentGrid,
  { decode, range }: { decode: Decode; range: string },
): Figure {
  const rows = z.shape[0] / columns;
  const ticks = (values: number[]) =>
    values.map((value, i) => Math.min(i, values.length - 1 - i) % 4 === 0 ? signed(value) : "");
  const x = Array.from({ length: columns }, (_, i) => z.data[2 * i]);
  const y = Array.from({ length: rows }, (_, i) => z.data[2 * i * columns + 1]);
  return {
    name: "manifold",
    alt: `${rows} by ${columns} images over the latent plane`,
    caption: `The latent plane: images decoded at ${columns}x${rows} points, at ${range}. ` +
      "Colours: gnuplot2, black 0 to white 1.",
    plot: async () =>
      gridPlot(await decode(z), {
        columns,
        x: { title: "z₁", labels: ticks(x) },
        y: { title: "z₂", labels: ticks(y) },
      }),
  };
}

function traversalsFigure(
  grid: LatentGrid,
  { decode, range, z: means }: { decode: Decode; range: string; z: NdArray<"float32"> },
): Figure {
  const { z, columns } = grid;
  const [, latentDim] = z.shape;
  const spread = axisMoments(means).map(({ deviation }) => deviation);
  const axes = [...spread.keys()].sort((a, b) => spread[b] - spread[a]).slice(0, MAX_AXES);
  const rows = axes.flatMap((axis) =>
    Array.from({ length: columns }, (_, i) => axis * columns + i)
  );
  const values = Array.from({ length: columns }, (_, i) => z.data[i * latentDim]);
  return {
    name: "traversals",
    alt: `Images along each of ${axes.length} latent axes`,
    caption: `Latent traversals: each row moves along one axis through ${range}, the others ` +
      "stay in the middle. In brackets: the standard deviation of the latent means, widest first; " +
      "near 0 the axis is unused." +
      (axes.length < latentDim ? ` The ${axes.length} widest of ${latentDim}.` : ""),
    plot: async () =>
      gridPlot(take(await decode(z), rows), {
        columns,
        x: {
          title: "value of the axis",
          labels: values.map((value, i) => i % 7 === 0 ? signed(value) : ""),
        },
        y: {
          title: "axis (standard deviation)",
          labels: axes.map((axis) => `z${subscript(axis + 1)} (${spread[axis].toFixed(2)})`),
        },
        width: 28 * columns,
        height: 28 * axes.length,
      }),
  };
}

function gridPlot(
  images: Images,
  { columns, ...options }: { columns: number } & Parameters<typeof imagePlot>[1],
): PlotSpec {
  return imagePlot(pngUrl(imageGrid(images, { columns, colormap: "gnuplot2", scale: 1 })), options);
}

function decodedSamples(
  { classifier, manifest, history }: ReportRun,
  { decode, z }: { decode: Decode; z: NdArray<"float32"> },
): Figure[] {
  const { latentDim, seed } = manifest;
  const isStandard = hasNormalPrior(history);
  const hadPrior = isStandard || history.some(({ phase }) => phase === "elbo");
  const prior = drawFromPrior(SAMPLES, latentDim!, { seed });
  if (!hadPrior) {
    return [sampleFigure(
      "samples",
      `Images decoded from ${SAMPLES} samples of a normal distribution with the mean and standard ` +
        "deviation of each latent variable over the images. The system has no prior: some samples " +
        "lie where there are no images.",
      () => decode(overImages({ z: prior, columns: 10 }, z).z),
    )];
  }
  return [
    sampleFigure(
      "samples_prior",
      `Images decoded from ${SAMPLES} samples of N(0, I), by the run's seed` +
        (isStandard ? "." : ": the prior of the first phase of training only."),
      () => decode(prior),
    ),
    ...classifier
      ? [sampleFigure(
        "samples_mixture",
        `Images decoded from ${SAMPLES} samples of the fitted mixture, which covers the ` +
          "latent means.",
        () => decode(drawFromMixture(SAMPLES, classifier, { seed })),
      )]
      : [],
  ];
}

function sampleFigure(
  name: string,
  caption: string,
  images: () => Images | Promise<Images>,
  columns = 10,
): Figure {
  return {
    name,
    alt: caption.replace(/[.:,].*$/, ""),
    caption,
    plot: async () => imageGrid(await images(), { columns, scale: 1 }),
  };
}

/** Two digits, and a minus as wide as a digit. */
function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

/** A number in subscript digits. */
function subscript(value: number): string {
  return [...String(value)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join("");
}
