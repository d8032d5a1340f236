import { take } from "../array/rows.ts";
import { pngUrl } from "../plot/class_picture.ts";
import { imageGrid } from "../plot/image_grid.ts";
import { imagePlot } from "../plot/image_plot.ts";
import { pairRows } from "../plot/pair_rows.ts";
import type { Figure } from "./figure.ts";
import { axisMoments } from "../array/stats.ts";
import type { Reconstruction, ReportRun } from "./report_run.ts";

/** The pictures of images: reconstructions, the walk through the latent space, and samples. */
export function imageFigures(run: ReportRun): Record<"reconstruction" | "generation", Figure[]> {
  const { labelled, test } = run.reconstructions;
  return {
    reconstruction: [
      reconstructionFigure(labelled, {
        name: "reconstructions_labelled",
        of: "labelled images, which the model was not trained on",
      }),
      ...test === undefined ? [] : [
        reconstructionFigure(test, {
          name: "reconstructions_test",
          of: "test images, which nothing was fitted to",
        }),
      ],
    ],
    generation: [
      run.manifest.latentDim === 2 ? manifoldFigure(run) : traversalsFigure(run),
      ...samplesFigures(run),
    ],
  };
}

function reconstructionFigure(
  { images, made }: Reconstruction,
  { name, of }: { name: string; of: string },
): Figure {
  return {
    name,
    alt: `${images.shape[0]} images above their reconstructions`,
    caption: `Above: the first of each class of the ${of}. Below: what the decoder makes of each ` +
      "one's latent mean.",
    content: imageGrid(pairRows(images, made, { columns: images.shape[0] }), {
      columns: images.shape[0],
    }),
  };
}

function manifoldFigure(run: ReportRun): Figure {
  const { images, z, columns } = run.walk;
  const rows = z.shape[0] / columns;
  const ticks = (values: number[]) =>
    values.map((value, i) => Math.min(i, values.length - 1 - i) % 4 === 0 ? signed(value) : "");
  const x = Array.from({ length: columns }, (_, i) => z.data[2 * i]);
  const y = Array.from({ length: rows }, (_, i) => z.data[2 * i * columns + 1]);
  const picture = imageGrid(images, { columns, colormap: "gnuplot2", scale: 1 });
  return {
    name: "manifold",
    alt: `${rows} by ${columns} images over the latent plane`,
    caption:
      `The latent plane: images decoded at ${columns}x${rows} points, at the quantiles 0.05 ` +
      `to 0.95 of ${distributionOf(run)}. Colours: gnuplot2, black 0 to white 1.`,
    content: imagePlot(pngUrl(picture), {
      x: { title: "z₁", labels: ticks(x) },
      y: { title: "z₂", labels: ticks(y) },
    }),
  };
}

/** Where the latent space is walked through. */
function distributionOf({ stageStarts }: ReportRun): string {
  return stageStarts.length === 0
    ? "the standard normal distribution, the prior"
    : "a normal distribution with the mean and deviation that the images have along each axis, " +
      "the prior being one of clusters";
}

/** The most axes that a report shows. */
const MAX_AXES = 20;

function traversalsFigure(run: ReportRun): Figure {
  const { walk: { images, z, columns }, latents } = run;
  const latentDim = z.shape[1];
  const spread = axisMoments(latents.z).map(({ deviation }) => deviation);
  const order = [...spread.keys()].sort((a, b) => spread[b] - spread[a]).slice(0, MAX_AXES);
  const rows = order.flatMap((axis) =>
    Array.from({ length: columns }, (_, i) => axis * columns + i)
  );
  const picture = imageGrid(take(images, rows), { columns, colormap: "gnuplot2", scale: 1 });
  const labels = Array.from({ length: columns }, (_, i) => z.data[i * latentDim]);
  const shown = order.length < latentDim ? ` The ${order.length} widest of ${latentDim}.` : "";
  return {
    name: "traversals",
    alt: `Images along each of ${order.length} latent axes`,
    caption:
      "Latent traversals: each row moves along one axis through the quantiles 0.05 to 0.95 " +
      `of ${
        distributionOf(run)
      }, with all others in the middle. Beside it: the standard deviation ` +
      `of the training images' latent means, widest first; near 0 the axis is unused.${shown}`,
    content: imagePlot(pngUrl(picture), {
      x: {
        title: "value of the axis",
        labels: labels.map((value, i) => i % 7 === 0 ? signed(value) : ""),
      },
      y: {
        title: "axis (standard deviation)",
        labels: order.map((axis) => `z${subscript(axis + 1)} (${spread[axis].toFixed(2)})`),
      },
      width: 28 * columns,
      height: 28 * order.length,
    }),
  };
}

function samplesFigures({ samples, stageStarts }: ReportRun): Figure[] {
  const content = (which: "prior" | "mixture") =>
    imageGrid(samples[which], { columns: 10, scale: 1 });
  return [
    {
      name: "samples_prior",
      alt: "100 images drawn from the prior",
      caption: "Images decoded from 100 draws of N(0, I), by the run's seed" +
        (stageStarts.length === 0 ? "." : ": the prior of the first stage of training only."),
      content: content("prior"),
    },
    {
      name: "samples_mixture",
      alt: "100 images drawn from the mixture",
      caption: "Images decoded from 100 draws of the fitted mixture: where images really lie.",
      content: content("mixture"),
    },
  ];
}

/** Two digits, and a minus as wide as a digit. */
function signed(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

/** A number in small lowered digits. */
function subscript(value: number): string {
  return [...String(value)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join("");
}
