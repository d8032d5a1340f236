/// <reference lib="dom" />
import { drawHaloText } from "./plane_map.ts";
import type { PlaneAxes, PlaneScale } from "./plane_scale.ts";
import { themeColour } from "./theme.ts";

/** An end of the filmstrip. */
export type End = "A" | "B";

/** The latent points that are marked, `[latentDim]` each. */
export interface Markers {
  readonly axes: PlaneAxes;
  /** Where the reader is. */
  readonly z: Float32Array;
  readonly ends: Readonly<Record<End, Float32Array>>;
  /** Where the picture that was classified lies, if there is one. */
  readonly predicted: Float32Array | undefined;
}

/** Draws the filmstrip's ends, the picture that was classified, and the point where the reader is. */
export function drawMarkers(
  context: CanvasRenderingContext2D,
  scale: PlaneScale,
  { axes, z, ends, predicted }: Markers,
): void {
  const ink = themeColour(context.canvas, "ink");
  const paper = themeColour(context.canvas, "paper");
  const [ax, ay] = scale.toPixels(ends.A, 0, axes);
  const [bx, by] = scale.toPixels(ends.B, 0, axes);
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.setLineDash([6, 4]);
  context.beginPath();
  context.moveTo(ax, ay);
  context.lineTo(bx, by);
  context.stroke();
  context.setLineDash([]);
  for (const [name, x, y] of [["A", ax, ay], ["B", bx, by]] as const) {
    drawDisc(context, [x, y], { radius: 10, fill: paper, stroke: ink });
    context.font = "600 13px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = ink;
    context.fillText(name, x, y + 0.5);
  }
  if (predicted !== undefined) {
    const [x, y] = scale.toPixels(predicted, 0, axes);
    drawStar(context, [x, y], { fill: paper, stroke: ink });
    context.font = "13px system-ui, sans-serif";
    context.textAlign = "left";
    drawHaloText(context, "your picture", [x + 12, y]);
  }
  const [x, y] = scale.toPixels(z, 0, axes);
  context.lineWidth = 1;
  for (const [dx, dy] of [[0, 1], [1, 0]]) {
    context.beginPath();
    context.moveTo(x - 14 * dx, y - 14 * dy);
    context.lineTo(x + 14 * dx, y + 14 * dy);
    context.stroke();
  }
  drawDisc(context, [x, y], { radius: 5, fill: paper, stroke: ink });
}

interface Paint {
  readonly fill: string;
  readonly stroke: string;
}

function drawDisc(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  { radius, fill, stroke }: Paint & { radius: number },
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.strokeStyle = stroke;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
}

function drawStar(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  { fill, stroke }: Paint,
): void {
  context.beginPath();
  for (let corner = 0; corner < 10; corner++) {
    const radius = corner % 2 === 0 ? 11 : 4.5;
    const angle = corner * Math.PI / 5 - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = fill;
  context.strokeStyle = stroke;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
}
