/// <reference lib="dom" />
import type { Picture } from "./fit_picture.ts";

/** The pen's width as a share of the pad: MNIST's strokes are some 2 of 28 pixels wide. */
const PEN_SHARE = 2.4 / 28;

/** How far an arrow key moves the pen, as a share of the pad. */
const STEP_SHARE = 1 / 28;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What the pad tells. */
export interface PadListener {
  /** Something was drawn, or all of it cleared. */
  onChange(): void;
}

/** A black sheet to draw on with pointer or keys. */
export class DrawingPad {
  /** The pen's colour. */
  colour = "#ffffff";
  readonly #canvas: HTMLCanvasElement;
  readonly #listener: PadListener;
  readonly #sheet: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  #keyPen: { x: number; y: number; isDown: boolean };

  constructor(canvas: HTMLCanvasElement, listener: PadListener) {
    this.#canvas = canvas;
    this.#listener = listener;
    // The sheet is apart from what is seen, which also shows the pen of the keys.
    this.#sheet = new OffscreenCanvas(canvas.width, canvas.height);
    this.#context = this.#sheet.getContext("2d", { willReadFrequently: true })!;
    this.#keyPen = { x: canvas.width / 2, y: canvas.height / 2, isDown: false };
    this.#wipe();
    this.#listenToPointer();
    this.#listenToKeys();
  }

  /** Makes the sheet black again. */
  clear(): void {
    this.#wipe();
    this.#listener.onChange();
  }

  /** Shows a picture in place of a drawing. */
  show(picture: CanvasImageSource, { width, height }: { width: number; height: number }): void {
    this.#wipe();
    const scale = Math.min(this.#sheet.width / width, this.#sheet.height / height);
    const [w, h] = [width * scale, height * scale];
    this.#context.imageSmoothingEnabled = scale < 1;
    this.#context.drawImage(
      picture,
      (this.#sheet.width - w) / 2,
      (this.#sheet.height - h) / 2,
      w,
      h,
    );
    this.#present();
  }

  /** What is drawn, in colour. */
  read(): Picture {
    const { width, height } = this.#sheet;
    return pictureOf(this.#context.getImageData(0, 0, width, height));
  }

  #wipe(): void {
    this.#context.fillStyle = "#000000";
    this.#context.fillRect(0, 0, this.#sheet.width, this.#sheet.height);
    this.#present();
  }

  #listenToPointer(): void {
    const canvas = this.#canvas;
    let last: [number, number] | undefined;
    const placeOf = ({ clientX, clientY }: PointerEvent): [number, number] => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      return [
        (clientX - left) * canvas.width / width,
        (clientY - top) * canvas.height / height,
      ];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      last = placeOf(event);
      this.#stroke(last, last);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (last === undefined) return;
      // Between two frames a fast pen is in many places.
      const events = event.getCoalescedEvents();
      for (const each of events.length > 0 ? events : [event]) {
        const next = placeOf(each);
        this.#stroke(last, next);
        last = next;
      }
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, () => last = undefined);
    }
  }

  #listenToKeys(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const pen = this.#keyPen;
      const arrow = ARROWS[event.key];
      if (arrow !== undefined) {
        const step = canvas.width * STEP_SHARE;
        const from: [number, number] = [pen.x, pen.y];
        pen.x = Math.max(0, Math.min(canvas.width, pen.x + step * arrow[0]));
        pen.y = Math.max(0, Math.min(canvas.height, pen.y + step * arrow[1]));
        if (pen.isDown) this.#stroke(from, [pen.x, pen.y]);
        else this.#present();
      } else if (event.key === " ") {
        pen.isDown = !pen.isDown;
        if (pen.isDown) this.#stroke([pen.x, pen.y], [pen.x, pen.y]);
        else this.#present();
      } else if (event.key === "Delete" || event.key === "Backspace") {
        this.clear();
      } else {
        return;
      }
      event.preventDefault();
    });
    canvas.addEventListener("focus", () => this.#present());
    canvas.addEventListener("blur", () => {
      this.#keyPen.isDown = false;
      this.#present();
    });
  }

  #stroke(from: readonly [number, number], to: readonly [number, number]): void {
    const context = this.#context;
    context.strokeStyle = this.colour;
    context.lineWidth = this.#sheet.width * PEN_SHARE;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    this.#present();
    this.#listener.onChange();
  }

  #present(): void {
    const context = this.#canvas.getContext("2d")!;
    context.drawImage(this.#sheet, 0, 0);
    if (!this.#canvas.matches(":focus-visible")) return;
    const { x, y, isDown } = this.#keyPen;
    context.beginPath();
    context.arc(x, y, this.#sheet.width * PEN_SHARE / 2, 0, 2 * Math.PI);
    context.strokeStyle = isDown ? "#56b4e9" : "#9aa0a6";
    context.lineWidth = 3;
    context.stroke();
  }
}

/** The colours of a canvas as a picture of three channels. */
export function pictureOf({ data, width, height }: ImageData): Picture {
  const values = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) values[3 * i + c] = data[4 * i + c] / 255;
  }
  return { values, width, height, channels: 3 };
}
