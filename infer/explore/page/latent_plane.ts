/// <reference lib="dom" />
import type { PageData } from "../page_data.ts";
import { drawMarkers, type End, type Markers } from "./markers.ts";
import { type MapView, PlaneMap } from "./plane_map.ts";
import { PlaneScale, rangeOf } from "./plane_scale.ts";

/** What the plane shows. */
export type PlaneView = MapView & Markers;

/** What the reader does on the plane; places are values along its two axes. */
export interface PlaneListener {
  /** The point moves; `stay` is whether it remains there when the pointer leaves. */
  onMove(place: readonly [number, number], stay: boolean): void;
  /** The pointer left: the point goes back to where it stayed. */
  onLeave(): void;
  /** The point goes back to where it began. */
  onHome(): void;
  onEnd(end: End, place: readonly [number, number]): void;
  /** A key puts an end where the point is. */
  onEndHere(end: End): void;
}

/** How near in CSS pixels a pointer must come to an end to take hold of it. */
const REACH = 14;

/** The steps of the arrow keys, as shares of the plane. */
const STEP = 0.01;
const LONG_STEP = 0.05;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The plane that a reader walks: the map, the markers above it, and pointer and keys. */
export class LatentPlane {
  /** The latent value at the borders. */
  readonly range: number;
  readonly #canvas: HTMLCanvasElement;
  readonly #map: PlaneMap;
  readonly #mapCanvas = document.createElement("canvas");
  #view: PlaneView;
  #scale: PlaneScale;
  #mapIsOld = true;
  #isAsked = false;
  #dragged: End | undefined;

  constructor(canvas: HTMLCanvasElement, data: PageData, view: PlaneView) {
    this.#canvas = canvas;
    this.#map = new PlaneMap(data);
    this.#view = view;
    this.range = rangeOf(data.points.data);
    this.#scale = new PlaneScale(this.range, 1);
    new ResizeObserver(() => this.#redrawMap()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redrawMap());
  }

  /** Shows a view with the next frame; what lies beneath the markers is drawn anew only if it changed. */
  show(view: PlaneView): void {
    const { axes, z, member } = this.#view;
    const moved = z.some((value, i) =>
      value !== view.z[i] && i !== view.axes.x && i !== view.axes.y
    );
    if (moved || axes !== view.axes || member !== view.member) this.#mapIsOld = true;
    this.#view = view;
    this.#ask();
  }

  /** Tells a listener what the reader does. */
  listen(listener: PlaneListener): void {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#dragged = this.#endAt(this.#pixelsOf(event));
      if (this.#dragged === undefined) listener.onMove(this.#placeOf(event), true);
    });
    canvas.addEventListener("pointermove", (event) => {
      const onEnd = this.#dragged ?? this.#endAt(this.#pixelsOf(event));
      canvas.style.cursor = onEnd === undefined ? "" : "move";
      if (this.#dragged !== undefined) listener.onEnd(this.#dragged, this.#placeOf(event));
      else listener.onMove(this.#placeOf(event), event.buttons !== 0);
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, () => this.#dragged = undefined);
    }
    canvas.addEventListener("pointerleave", () => listener.onLeave());
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const key = event.key.toUpperCase();
      const arrow = ARROWS[event.key];
      if (arrow !== undefined) {
        const { axes, z } = this.#view;
        const step = 2 * this.range * (event.shiftKey ? LONG_STEP : STEP);
        const up = axes.y === undefined ? 0 : z[axes.y];
        const next = [z[axes.x] + step * arrow[0], up + step * arrow[1]];
        const [x, y] = next.map((v) => Math.max(-this.range, Math.min(this.range, v)));
        listener.onMove([x, y], true);
      } else if (event.key === "Home") {
        listener.onHome();
      } else if (key === "A" || key === "B") {
        listener.onEndHere(key);
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  #pixelsOf({ clientX, clientY }: PointerEvent): [number, number] {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const { clientLeft, clientTop } = this.#canvas;
    return [clientX - left - clientLeft, clientY - top - clientTop];
  }

  #placeOf(event: PointerEvent): [number, number] {
    return this.#scale.toValues(this.#pixelsOf(event));
  }

  #endAt([x, y]: readonly [number, number]): End | undefined {
    const { ends, axes } = this.#view;
    return (["A", "B"] as const).find((end) => {
      const [endX, endY] = this.#scale.toPixels(ends[end], 0, axes);
      return Math.hypot(endX - x, endY - y) < REACH;
    });
  }

  #redrawMap(): void {
    this.#mapIsOld = true;
    this.#ask();
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.#draw();
    });
  }

  #draw(): void {
    const size = this.#canvas.clientWidth;
    if (size === 0) return;
    if (this.#mapIsOld) this.#drawMap(size);
    const context = this.#canvas.getContext("2d")!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.drawImage(this.#mapCanvas, 0, 0);
    context.scale(this.#canvas.width / size, this.#canvas.height / size);
    drawMarkers(context, this.#scale, this.#view);
  }

  #drawMap(size: number): void {
    this.#mapIsOld = false;
    this.#scale = new PlaneScale(this.range, size);
    const pixels = Math.round(size * devicePixelRatio);
    for (const canvas of [this.#canvas, this.#mapCanvas]) {
      canvas.width = pixels;
      canvas.height = pixels;
    }
    // The map's own canvas is not in the page, and has no theme of its own.
    const context = this.#canvas.getContext("2d")!;
    context.scale(pixels / size, pixels / size);
    this.#map.draw(context, this.#scale, this.#view);
    this.#mapCanvas.getContext("2d")!.drawImage(this.#canvas, 0, 0);
  }
}
