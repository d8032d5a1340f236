/// <reference lib="dom" />
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { PageData } from "../page_data.ts";
import { showImage } from "./image_canvas.ts";
import { latestWins, type Models } from "./models.ts";

/** How many images a strip has, its ends among them. */
const FRAMES = 11;

/** A row of the images on the line between two latent points. */
export class Filmstrip {
  readonly #data: PageData;
  readonly #models: Models;
  readonly #canvases: HTMLCanvasElement[];
  #z = new Float32Array(0);
  readonly #decode = latestWins((z: Float32Array<ArrayBuffer>) => this.#show(z));

  /** @param onChoose Called with the latent point of an image that is chosen. */
  constructor(
    list: HTMLElement,
    { data, models, onChoose }: {
      data: PageData;
      models: Models;
      onChoose: (z: Float32Array) => void;
    },
  ) {
    this.#data = data;
    this.#models = models;
    this.#canvases = Array.from({ length: FRAMES }, (_, i) => {
      const frame = document.createElement("li");
      const button = document.createElement("button");
      const canvas = document.createElement("canvas");
      canvas.className = "image";
      button.type = "button";
      button.ariaLabel = `Go to image ${i + 1} of ${FRAMES} between A and B`;
      button.addEventListener("click", () => {
        const { latentDim } = data;
        onChoose(this.#z.slice(i * latentDim, (i + 1) * latentDim));
      });
      button.append(canvas, i === 0 ? "A" : i === FRAMES - 1 ? "B" : "");
      frame.append(button);
      list.append(frame);
      return canvas;
    });
  }

  /** Shows the way from one latent point to another, `[latentDim]` each. */
  show(from: Float32Array, to: Float32Array): void {
    const { latentDim } = this.#data;
    this.#z = Float32Array.from({ length: FRAMES * latentDim }, (_, i) => {
      const share = Math.floor(i / latentDim) / (FRAMES - 1);
      const axis = i % latentDim;
      return from[axis] + share * (to[axis] - from[axis]);
    });
    this.#decode(this.#z.slice());
  }

  async #show(z: Float32Array<ArrayBuffer>): Promise<void> {
    const { imageShape, latentDim } = this.#data;
    const { data } = await this.#models.decode(ndarray("float32", [FRAMES, latentDim], z));
    const size = data.length / FRAMES;
    this.#canvases.forEach((canvas, i) =>
      showImage(canvas, data.subarray(i * size, (i + 1) * size), imageShape)
    );
  }
}
