/// <reference lib="dom" />
import { classColours } from "../../../lib/plot/colours.ts";
import type { PageData } from "../page_data.ts";
import { drawLabelledPoint } from "./plane_map.ts";
import { themeColour } from "./theme.ts";

/** The side of a sign in CSS pixels. */
const SIZE = 20;

const COLOURS = classColours(3);

type Draw = (context: CanvasRenderingContext2D) => void;

/** Says what the signs on the plane mean. */
export function drawLegend(list: HTMLElement, { pointsAre, labelled }: PageData): void {
  const entries: [text: string, draw: Draw][] = [
    [`${pointsAre}, in the colour of the class that they are given`, drawDots],
    ["predicted class; blank where hardly any image lies", drawRegion],
    ["its components at one and two standard deviations", drawOutline],
  ];
  if (labelled !== undefined) {
    entries.push(["labelled images", (context) => {
      drawLabelledPoint(context, [SIZE / 2, SIZE / 2], COLOURS[0]);
    }]);
  }
  const canvases = entries.map(([text]) => {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE * devicePixelRatio;
    canvas.ariaHidden = "true";
    item.append(canvas, text);
    list.append(item);
    return canvas;
  });
  const draw = () =>
    canvases.forEach((canvas, i) => {
      const context = canvas.getContext("2d")!;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      context.clearRect(0, 0, SIZE, SIZE);
      entries[i][1](context);
    });
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

function drawDots(context: CanvasRenderingContext2D): void {
  for (const [i, [x, y]] of [[5, 12], [10, 6], [14, 13]].entries()) {
    context.fillStyle = COLOURS[i];
    context.fillRect(x - 1.5, y - 1.5, 3, 3);
  }
}

function drawRegion(context: CanvasRenderingContext2D): void {
  context.globalAlpha = 0.4;
  for (let i = 0; i < 3; i++) {
    context.fillStyle = COLOURS[i];
    context.fillRect(1 + 6 * i, 3, 6, 14);
  }
  context.globalAlpha = 1;
}

function drawOutline(context: CanvasRenderingContext2D): void {
  context.strokeStyle = themeColour(context.canvas, "ink");
  for (const [radius, width] of [[4.5, 1.5], [9, 0.75]]) {
    context.lineWidth = width;
    context.beginPath();
    context.ellipse(SIZE / 2, SIZE / 2, radius, radius * 0.7, -0.5, 0, 2 * Math.PI);
    context.stroke();
  }
}
