import type { PlotSpec } from "./theme.ts";

/** One axis of a picture of images in rows and columns. */
export interface ImageAxis {
  readonly title: string;
  /** The label of each row or column; an empty text is no label. */
  readonly labels: readonly string[];
}

/** Options for {@linkcode imagePlot}. */
export interface ImagePlotOptions {
  /** The columns, from the left. */
  x: ImageAxis;
  /** The rows, from the top. */
  y: ImageAxis;
  /** @default {340} */
  width?: number;
  /** @default {340} */
  height?: number;
}

/**
 * A picture of images in rows and columns, with axes.
 *
 * @param url Of the picture, its data included.
 */
export function imagePlot(
  url: string,
  { x, y, width = 340, height = 340 }: ImagePlotOptions,
): PlotSpec {
  const axis = ({ title, labels }: ImageAxis, field: string) => ({
    field,
    type: "ordinal" as const,
    title,
    scale: { type: "band" as const, domain: labels.map((_, i) => i), padding: 0 },
    axis: {
      values: labels.flatMap((label, i) => label === "" ? [] : [i]),
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
      labelAngle: 0,
      domain: false,
      grid: false,
    },
  });
  return {
    width,
    height,
    layer: [
      {
        data: { values: [{ x: 0, y: 0 }] },
        mark: { type: "point", opacity: 0 },
        encoding: { x: axis(x, "x"), y: axis(y, "y") },
      },
      imageLayer(url, { width, height }),
    ],
  };
}

/** A layer with a picture that fills the plot. */
export function imageLayer(url: string, { width, height }: { width: number; height: number }) {
  return {
    data: { values: [{ url }] },
    mark: { type: "image" as const, width, height, aspect: false },
    encoding: {
      url: { field: "url", type: "nominal" as const },
      x: { value: width / 2 },
      y: { value: height / 2 },
    },
  };
}
