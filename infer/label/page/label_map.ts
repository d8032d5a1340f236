/// <reference lib="dom" />
import { rgb } from "../../../lib/plot/colours.ts";
import { themeColour } from "../../explore/page/theme.ts";
import { isWithin, toUnit } from "./map_places.ts";

/** What the map shows. */
export interface MapView {
  /** The colour of each class; of column -1 and of images of no interest it is grey. */
  readonly colours: readonly string[];
  /** The column of each image, `[count]`. */
  readonly predicted: Int32Array;
  /** Images that a person decided on. */
  readonly decided: readonly number[];
  readonly current: number | undefined;
  readonly selected: ReadonlySet<number>;
}

/** What the map tells. */
export interface MapListener {
  onPick(row: number): void;
  onSelect(rows: readonly number[]): void;
}

/** The colour of images without a class. */
export const GREY = "#8a9099";
const ZOOM_STEP = 1.25;
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** All images as points, which can be moved, zoomed, picked, and selected by a lasso. */
export class LabelMap {
  /** Whether dragging draws a lasso; else it moves the map. */
  lasso = false;
  readonly #canvas: HTMLCanvasElement;
  /** `[count, 2]`, within 0 and 1. */
  readonly #places: Float32Array;
  readonly #listener: MapListener;
  #view: MapView;
  #image = new ImageData(1, 1);
  #zoom = 1;
  #offset: [number, number] = [0, 0];
  #path: [number, number][] = [];
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, map: Float32Array, listener: MapListener) {
    this.#canvas = canvas;
    this.#places = toUnit(map);
    this.#listener = listener;
    // The points are there at once; colours come when the first labels are spread.
    const predicted = new Int32Array(map.length / 2).fill(-1);
    this.#view = { colours: [], predicted, decided: [], current: undefined, selected: new Set() };
    this.#listen();
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  show(view: MapView): void {
    this.#view = view;
    this.#draw();
  }

  showAll(): void {
    this.#zoom = 1;
    this.#offset = [0, 0];
    this.#draw();
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paint());
  }

  /** Where the square of all places is, in CSS pixels. The canvas is asked once for all of them. */
  #square() {
    const { clientWidth, clientHeight } = this.#canvas;
    const side = this.#zoom * Math.min(clientWidth, clientHeight) * 0.94;
    const [x, y] = this.#offset;
    return { left: (clientWidth - side) / 2 + x, top: (clientHeight - side) / 2 + y, side };
  }

  /** The place of an image in CSS pixels. */
  #placeOf(row: number, { left, top, side } = this.#square()): [number, number] {
    return [left + this.#places[2 * row] * side, top + this.#places[2 * row + 1] * side];
  }

  /** Pixels are set in an array: tens of thousands of rectangles a frame would be too slow. */
  #paint(): void {
    const { colours, predicted, decided, current, selected } = this.#view;
    const canvas = this.#canvas;
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) =>
      Math.max(1, Math.round(side * ratio))
    );
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    if (this.#image.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height);
    }
    const pixels = new Uint32Array(this.#image.data.buffer);
    pixels.fill(0);
    const inks = colours.map(toPixel);
    const [grey, ink] = [GREY, themeColour(canvas, "ink")].map(toPixel);
    const size = Math.max(1, Math.round(ratio * (predicted.length > 20_000 ? 1.5 : 2.5)));
    const square = this.#square();
    // Plain numbers: this loop runs for every image of every frame.
    for (let row = 0; row < predicted.length; row++) {
      const x = Math.round((square.left + this.#places[2 * row] * square.side) * ratio - size / 2);
      const y = Math.round(
        (square.top + this.#places[2 * row + 1] * square.side) * ratio - size / 2,
      );
      if (x < 0 || y < 0 || x + size > width || y + size > height) continue;
      const pixel = selected.has(row) ? ink : inks[predicted[row]] ?? grey;
      for (let dy = 0; dy < size; dy++) {
        const start = (y + dy) * width + x;
        for (let dx = 0; dx < size; dx++) pixels[start + dx] = pixel;
      }
    }
    const context = canvas.getContext("2d")!;
    context.putImageData(this.#image, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.lineWidth = 1.5;
    context.strokeStyle = themeColour(canvas, "ink");
    if (decided.length <= 2000) {
      for (const row of decided) {
        const [x, y] = this.#placeOf(row, square);
        context.fillStyle = colours[predicted[row]] ?? GREY;
        context.beginPath();
        context.arc(x, y, 4.5, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      }
    }
    context.strokeStyle = themeColour(canvas, "accent");
    if (current !== undefined) {
      const [x, y] = this.#placeOf(current, square);
      context.lineWidth = 3;
      context.beginPath();
      context.arc(x, y, 11, 0, 2 * Math.PI);
      context.stroke();
    }
    if (this.#path.length > 1) {
      context.lineWidth = 2;
      context.beginPath();
      for (const [x, y] of this.#path) context.lineTo(x, y);
      context.stroke();
    }
  }

  #listen(): void {
    const canvas = this.#canvas;
    let last: [number, number] | undefined;
    let moved = 0;
    const at = (event: MouseEvent): [number, number] => {
      const { left, top } = canvas.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      moved = 0;
      this.#path = this.lasso ? [last] : [];
    });
    canvas.addEventListener("pointermove", (event) => {
      if (last === undefined) return;
      const next = at(event);
      moved += Math.hypot(next[0] - last[0], next[1] - last[1]);
      if (this.lasso) this.#path.push(next);
      else this.#move(next[0] - last[0], next[1] - last[1]);
      last = next;
      this.#draw();
    });
    canvas.addEventListener("pointerup", (event) => {
      if (last === undefined) return;
      last = undefined;
      const path = this.#path;
      this.#path = [];
      if (moved < 5) this.#pick(at(event));
      else if (this.lasso) this.#listener.onSelect(this.#within(path));
      this.#draw();
    });
    canvas.addEventListener("pointercancel", () => {
      last = undefined;
      this.#path = [];
      this.#draw();
    });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#zoomBy(ZOOM_STEP ** (-Math.sign(event.deltaY)), at(event));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      const middle: [number, number] = [canvas.clientWidth / 2, canvas.clientHeight / 2];
      if (move) this.#move(40 * move[0], 40 * move[1]);
      else if (event.key === "+") this.#zoomBy(ZOOM_STEP, middle);
      else if (event.key === "-") this.#zoomBy(1 / ZOOM_STEP, middle);
      else return;
      event.preventDefault();
    });
  }

  #move(x: number, y: number): void {
    this.#offset = [this.#offset[0] + x, this.#offset[1] + y];
    this.#draw();
  }

  /** What lies at a place stays there. */
  #zoomBy(factor: number, [x, y]: readonly [number, number]): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const zoom = Math.max(0.5, Math.min(60, this.#zoom * factor));
    const change = zoom / this.#zoom;
    const [left, top] = [x - clientWidth / 2, y - clientHeight / 2];
    this.#offset = [
      left - (left - this.#offset[0]) * change,
      top - (top - this.#offset[1]) * change,
    ];
    this.#zoom = zoom;
    this.#draw();
  }

  #pick([x, y]: readonly [number, number]): void {
    let [best, nearest] = [20, -1];
    const square = this.#square();
    for (let row = 0; row < this.#places.length / 2; row++) {
      const [left, top] = this.#placeOf(row, square);
      const distance = Math.hypot(left - x, top - y);
      if (distance < best) [best, nearest] = [distance, row];
    }
    if (nearest >= 0) this.#listener.onPick(nearest);
  }

  /** The images within a closed path. */
  #within(path: readonly (readonly [number, number])[]): number[] {
    const rows: number[] = [];
    const square = this.#square();
    for (let row = 0; row < this.#places.length / 2; row++) {
      if (isWithin(this.#placeOf(row, square), path)) rows.push(row);
    }
    return rows;
  }
}

/** A colour `#rrggbb` as a pixel of this machine. */
function toPixel(colour: string): number {
  return new Uint32Array(Uint8ClampedArray.of(...rgb(colour), 255).buffer)[0];
}
