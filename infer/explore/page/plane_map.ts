/// <reference lib="dom" />
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { componentDistances } from "../../../lib/latent/component_distances.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { classColours, rgb } from "../../../lib/plot/colours.ts";
import type { PageData } from "../page_data.ts";
import { contours } from "./contours.ts";
import { type PlaneAxes, type PlaneScale, ticksOf } from "./plane_scale.ts";
import { themeColour } from "./theme.ts";

/** Points along each side at which the mixture is asked. */
const GRID = 80;

/** How strongly the surest region is coloured. */
const REGION_ALPHA = 0.4;

const FULL_TURN = 2 * Math.PI;

/** What {@linkcode PlaneMap} draws. */
export interface MapView {
  readonly axes: PlaneAxes;
  /** Where the plane cuts the latent space, `[latentDim]`. */
  readonly z: Float32Array;
  /** The member whose components are outlined. */
  readonly member: number;
}

/** Draws what lies still beneath the markers: class regions, outlines, points and axes. */
export class PlaneMap {
  readonly #data: PageData;
  readonly #colours: readonly string[];
  readonly #pointClasses: Int32Array;

  constructor(data: PageData) {
    this.#data = data;
    this.#colours = classColours(data.classNames.length);
    this.#pointClasses = classifyLatents(data.classifier, data.points).labels;
  }

  /** Draws the whole map on a canvas, in CSS pixels. */
  draw(context: CanvasRenderingContext2D, scale: PlaneScale, view: MapView): void {
    context.clearRect(0, 0, scale.size, scale.size);
    const grid = this.#gridPoints(scale, view);
    this.#drawRegions(context, scale, grid);
    this.#drawPoints(context, scale, view);
    this.#drawOutlines(context, scale, { grid, member: view.member });
    this.#sampleLabelled(context, scale, view);
    this.#drawNames(context, scale, view);
    drawTicks(context, scale, view.axes);
  }

  /** Latent points on the plane, row by row from the top left, `[GRID², latentDim]`. */
  #gridPoints({ range }: PlaneScale, { axes, z }: MapView): NdArray<"float64"> {
    const { latentDim } = this.#data;
    const points = new Float64Array(GRID * GRID * latentDim);
    for (let i = 0; i < GRID * GRID; i++) {
      points.set(z, i * latentDim);
      const at = (step: number) => range * (2 * step / (GRID - 1) - 1);
      points[i * latentDim + axes.x] = at(i % GRID);
      if (axes.y !== undefined) points[i * latentDim + axes.y] = -at(Math.floor(i / GRID));
    }
    return ndarray("float64", [GRID * GRID, latentDim], points);
  }

  /** Colours each place by its class: paler where it is less sure, blank where hardly any image lies. */
  #drawRegions(
    context: CanvasRenderingContext2D,
    { size }: PlaneScale,
    grid: NdArray<"float64">,
  ): void {
    const { classifier, limits } = this.#data;
    const { labels, probabilities, logLikelihood } = classifyLatents(classifier, grid);
    const count = classifier.classes.length;
    const image = new ImageData(GRID, GRID);
    labels.forEach((label, i) => {
      const index = classifier.classes.indexOf(label);
      const sure = (count * probabilities.data[i * count + index] - 1) / Math.max(1, count - 1);
      // Half at the limit, so that the coarse grid leaves no steps there.
      const known = Math.max(0, Math.min(1, 0.5 + 2 * (logLikelihood[i] - limits.logLikelihood)));
      image.data.set(rgb(this.#colours[index]), 4 * i);
      image.data[4 * i + 3] = 255 * REGION_ALPHA * known * (count === 1 ? 1 : sure);
    });
    const canvas = new OffscreenCanvas(GRID, GRID);
    canvas.getContext("2d")!.putImageData(image, 0, 0);
    // The centres of the outermost pixels lie on the borders of the plane.
    const cell = size / (GRID - 1);
    context.drawImage(canvas, -cell / 2, -cell / 2, size + cell, size + cell);
  }

  #drawPoints(context: CanvasRenderingContext2D, scale: PlaneScale, { axes }: MapView): void {
    const { points, classifier, latentDim } = this.#data;
    context.globalAlpha = 0.55;
    classifier.classes.forEach((label, index) => {
      context.fillStyle = this.#colours[index];
      context.beginPath();
      this.#pointClasses.forEach((given, i) => {
        if (given !== label) return;
        const [x, y] = scale.toPixels(points.data, i * latentDim, axes);
        context.rect(x - 1, y - 1, 2, 2);
      });
      context.fill();
    });
    context.globalAlpha = 1;
  }

  /** The one- and two-sigma outlines of each component of a member. */
  #drawOutlines(
    context: CanvasRenderingContext2D,
    { size }: PlaneScale,
    { grid, member }: { grid: NdArray<"float64">; member: number },
  ): void {
    const distances = componentDistances(this.#data.classifier.members[member], grid);
    const components = distances.length / (GRID * GRID);
    const cell = size / (GRID - 1);
    context.strokeStyle = themeColour(context.canvas, "ink");
    for (const [level, width] of [[1, 1.5], [2, 0.75]]) {
      context.lineWidth = width;
      context.beginPath();
      for (let c = 0; c < components; c++) {
        const values = Float64Array.from(
          { length: GRID * GRID },
          (_, i) => distances[i * components + c],
        );
        for (const [x1, y1, x2, y2] of contours(values, GRID, level)) {
          context.moveTo(x1 * cell, y1 * cell);
          context.lineTo(x2 * cell, y2 * cell);
        }
      }
      context.stroke();
    }
  }

  #sampleLabelled(context: CanvasRenderingContext2D, scale: PlaneScale, { axes }: MapView): void {
    const { labelled, classifier, latentDim } = this.#data;
    labelled?.labels.forEach((label, i) => {
      const [x, y] = scale.toPixels(labelled.z.data, i * latentDim, axes);
      drawLabelledPoint(context, [x, y], this.#colours[classifier.classes.indexOf(label)]);
    });
  }

  /** Each class's name in the middle of its points. */
  #drawNames(context: CanvasRenderingContext2D, scale: PlaneScale, { axes }: MapView): void {
    const { points, classifier, classNames, latentDim } = this.#data;
    context.font = "600 15px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    classifier.classes.forEach((label, index) => {
      const xs: number[] = [], ys: number[] = [];
      this.#pointClasses.forEach((given, i) => {
        if (given !== label) return;
        const [x, y] = scale.toPixels(points.data, i * latentDim, axes);
        xs.push(x);
        ys.push(y);
      });
      if (xs.length === 0) return;
      drawHaloText(context, classNames[index], [median(xs), median(ys)]);
    });
  }
}

/** A diamond with a border, for an image whose label was given. */
export function drawLabelledPoint(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  colour: string,
): void {
  context.beginPath();
  for (let corner = 0; corner < 4; corner++) {
    const angle = corner * FULL_TURN / 4;
    context.lineTo(x + 6 * Math.cos(angle), y + 6 * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = themeColour(context.canvas, "ink");
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}

/** Text that can be read on any ground. */
export function drawHaloText(
  context: CanvasRenderingContext2D,
  text: string,
  [x, y]: readonly [number, number],
): void {
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = themeColour(context.canvas, "paper");
  context.strokeText(text, x, y);
  context.fillStyle = themeColour(context.canvas, "ink");
  context.fillText(text, x, y);
}

function drawTicks(context: CanvasRenderingContext2D, scale: PlaneScale, axes: PlaneAxes): void {
  const { size } = scale;
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (const tick of ticksOf(scale)) {
    const place = scale.pixelOf(tick);
    context.textAlign = "center";
    if (place > 24 && place < size - 40) {
      drawHaloText(context, formatTick(tick), [place, size - 10]);
    }
    context.textAlign = "left";
    if (axes.y !== undefined && place > 24 && place < size - 40) {
      drawHaloText(context, formatTick(tick), [5, size - place]);
    }
  }
  context.textAlign = "right";
  drawHaloText(context, `z${axes.x + 1}`, [size - 6, size - 10]);
  context.textAlign = "left";
  if (axes.y !== undefined) drawHaloText(context, `z${axes.y + 1}`, [5, 12]);
}

function formatTick(tick: number): string {
  return String(tick).replace("-", "\u2212");
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
