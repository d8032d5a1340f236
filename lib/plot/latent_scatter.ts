import type { ComponentOutline } from "../latent/component_outline.ts";
import type { NdArray } from "../array/ndarray.ts";
import { type ClassPicture, classPictureUrl } from "./class_picture.ts";
import { classLabels } from "./class_labels.ts";
import { imageLayer } from "./image_plot.ts";
import { classColours, DISTINCT_COLOURS } from "./colours.ts";
import { type Domain, pointsPicture } from "./points_picture.ts";
import { INK, PAPER, type PlotSpec } from "./theme.ts";

/** The data of a scatter of latents; classes are indices into `classNames`. */
export interface LatentScatter {
  /** `[count, 2]` */
  readonly points: NdArray<"float32">;
  /** The class of each point, `[count]`. */
  readonly classes: ArrayLike<number>;
  readonly classNames: readonly string[];
  /** A picture under the points, such as the predicted class over the plane. */
  readonly ground?: ClassPicture;
  /** The components of a mixture. */
  readonly outlines?: readonly ComponentOutline[];
  /** Points whose true class is known, drawn on top. */
  readonly labelled?: { readonly points: NdArray<"float32">; readonly classes: ArrayLike<number> };
}

/** Options for {@linkcode latentScatter}. */
export interface LatentScatterOptions {
  domain: Domain;
  /** @default {340} */
  width?: number;
  /** @default {340} */
  height?: number;
  /** The names of the axes. @default {["z₁", "z₂"]} */
  axes?: readonly [string, string];
  /** The title above the plot. */
  title?: string;
  /** Whether the plot has a legend of the classes. @default {true} */
  legend?: boolean;
}

/** Pixels of the picture of points per pixel of the plot. */
const DENSITY = 2;

/**
 * Points of a plane by class, with the components of a classifier. The points are one picture, as
 * 60,000 circles would be megabytes. Where there are more classes than distinct colours, the names
 * stand beside the first labelled point of each in place of a legend.
 */
export function latentScatter(
  { points, classes, classNames, ground, outlines = [], labelled }: LatentScatter,
  options: LatentScatterOptions,
): PlotSpec {
  const { domain, width = 340, height = 340, axes = ["z₁", "z₂"], title, legend = true } = options;
  const picture = pointsPicture(points, classes, {
    domain,
    width: DENSITY * width,
    height: DENSITY * height,
    radius: points.shape[0] > 5000 ? 1.4 : 2.4,
  });
  const inDomain = (x: number, y: number) =>
    x >= domain.x[0] && x <= domain.x[1] && y >= domain.y[0] && y <= domain.y[1];
  const x = { field: "x", type: "quantitative" as const };
  const y = { field: "y", type: "quantitative" as const };
  const colour = {
    field: "class",
    type: "nominal" as const,
    scale: { domain: classNames.map((_, i) => i), range: classColours(classNames.length) },
    title: "class",
    legend: legend && classNames.length <= DISTINCT_COLOURS
      ? { symbolType: "circle", symbolSize: 70, labelExpr: classLabels(classNames) }
      : null,
  };
  const centres = outlines.flatMap(({ centre, classIndex }) =>
    centre !== undefined && inDomain(...centre)
      ? [{ x: centre[0], y: centre[1], class: classIndex }]
      : []
  );
  const known = labelled === undefined ? [] : Array.from(labelled.classes, (index, i) => ({
    x: labelled.points.data[2 * i],
    y: labelled.points.data[2 * i + 1],
    class: index,
  }));
  const first = new Map(known.toReversed().map((point) => [point.class, point]));
  const named = classNames.length > DISTINCT_COLOURS ? [...first.values()] : [];
  const image = (url: string) => imageLayer(url, { width, height });
  return {
    ...title === undefined ? {} : { title },
    width,
    height,
    layer: [
      // The first layer has the axes, whatever else there is.
      {
        data: { values: [{ x: domain.x[0], y: domain.y[0] }] },
        mark: { type: "point", opacity: 0 },
        encoding: {
          x: {
            ...x,
            title: axes[0],
            scale: { domain: [...domain.x], nice: false },
            axis: { tickCount: 6 },
          },
          y: {
            ...y,
            title: axes[1],
            scale: { domain: [...domain.y], nice: false },
            axis: { tickCount: 6 },
          },
        },
      },
      ...ground === undefined ? [] : [image(classPictureUrl(ground, classNames.length))],
      image(classPictureUrl(picture, classNames.length)),
      ...[{ stroke: PAPER, strokeWidth: 3, opacity: 0.75 }, { stroke: INK, strokeWidth: 1.1 }]
        .map((style) => ({
          data: { values: ellipseRows(outlines) },
          mark: { type: "line" as const, clip: true, ...style },
          encoding: {
            x,
            y,
            order: { field: "step", type: "quantitative" as const },
            detail: { field: "line", type: "nominal" as const },
            strokeDash: {
              field: "sigma",
              type: "nominal" as const,
              scale: { domain: [1, 2], range: [[1, 0], [4, 3]] },
              legend: null,
            },
          },
        })),
      {
        data: { values: centres },
        mark: { type: "point", shape: "cross", size: 70, fill: INK, stroke: PAPER, opacity: 1 },
        encoding: { x, y },
      },
      {
        data: { values: known },
        mark: {
          type: "point",
          shape: "diamond",
          size: 75,
          filled: true,
          stroke: INK,
          strokeWidth: 1.2,
          opacity: 1,
        },
        encoding: { x, y, color: colour },
      },
      ...named.length === 0 ? [] : [
        {
          data: { values: named },
          transform: [{ calculate: classLabels(classNames, "datum.class"), as: "name" }],
          mark: { type: "text" as const, dy: -9, fontSize: 9, fill: INK },
          encoding: { x, y, text: { field: "name", type: "nominal" as const } },
        },
      ],
    ],
  };
}

/** The points of all ellipses, with the index of their line and their index in it. */
function ellipseRows(outlines: readonly ComponentOutline[]) {
  const lines = outlines.flatMap(({ ellipses }) =>
    ellipses.flatMap(({ sigma, lines }) => lines.map((points) => ({ sigma, points })))
  );
  return lines.flatMap(({ sigma, points }, line) =>
    points.map(([x, y], step) => ({ x, y, step, line, sigma }))
  );
}
