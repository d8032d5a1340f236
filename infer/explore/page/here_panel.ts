/// <reference lib="dom" />
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { outlierReason } from "../../../lib/latent/outlier.ts";
import type { PageData } from "../page_data.ts";
import { element } from "./element.ts";
import { showImage } from "./image_canvas.ts";
import { latestWins, type Models } from "./models.ts";
import { formatPoint } from "./numbers.ts";
import { formatShare, ProbabilityBars } from "./probability_bars.ts";
import { tell } from "./tell.ts";

/** How long the point must rest before it is put into words: a moving one has nothing to say. */
const REST_MILLISECONDS = 250;

/** The image, the answer and the words for the point where the reader is. */
export class HerePanel {
  readonly #data: PageData;
  readonly #models: Models;
  readonly #bars: ProbabilityBars;
  readonly #canvas = element("decoded", HTMLCanvasElement);
  readonly #decode = latestWins((z: Float32Array) => this.#showImage(z));
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(data: PageData, models: Models) {
    this.#data = data;
    this.#models = models;
    this.#bars = new ProbabilityBars(element("here-bars", HTMLElement), data.classNames);
  }

  /** @param z `[latentDim]` */
  show(z: Float32Array): void {
    this.#decode(z);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      element("here-announcement", HTMLElement).textContent =
        element("here-text", HTMLElement).textContent;
    }, REST_MILLISECONDS);
  }

  async #showImage(z: Float32Array): Promise<void> {
    const { imageShape, latentDim, classifier, classNames, limits } = this.#data;
    const points = ndarray("float32", [1, latentDim], z.slice());
    const { data: pixels } = await this.#models.decode(points);
    showImage(this.#canvas, pixels, imageShape);
    const { labels, probabilities, logLikelihood } = classifyLatents(classifier, points);
    this.#bars.show(probabilities.data);
    const name = classNames[classifier.classes.indexOf(labels[0])];
    const share = formatShare(Math.max(...probabilities.data));
    const isUnlikely = outlierReason({ logLikelihood: logLikelihood[0] }, limits) !== undefined;
    const text = `${formatPoint(z)}: ${name}, ${share}${
      isUnlikely ? ", where hardly any image lies" : ""
    }`;
    element("here-text", HTMLElement).textContent = text;
    this.#canvas.ariaLabel = `The image at ${text}`;
    tell("decoded", { z, pixels });
    // One image a frame: a faster model would only draw what nobody sees.
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
