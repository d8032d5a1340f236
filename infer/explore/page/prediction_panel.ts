/// <reference lib="dom" />
import type { OutlierReason } from "../../../lib/latent/outlier.ts";
import { OUTLIER_RATE } from "../../../lib/latent/outlier_detector.ts";
import type { PageData } from "../page_data.ts";
import { DrawingPad } from "./drawing_pad.ts";
import { element } from "./element.ts";
import {
  centrePicture,
  invertPicture,
  isOnPaper,
  type Picture,
  stretchPicture,
} from "./fit_picture.ts";
import { showImage } from "./image_canvas.ts";
import { predict, type Prediction } from "./predict.ts";
import { latestWins, type Models } from "./models.ts";
import { formatDecimal, formatPoint } from "./numbers.ts";
import { readPictureFile, toPictureChannels } from "./picture_file.ts";
import { formatShare, ProbabilityBars } from "./probability_bars.ts";

/** Told what became of a picture; `undefined` if there is none any more. */
export type PredictionListener = (prediction: Prediction | undefined) => void;

/** The part of the page that takes a drawing or a file and says what it is. */
export class PredictionPanel {
  readonly #data: PageData;
  readonly #models: Models;
  readonly #listener: PredictionListener;
  readonly #pad: DrawingPad;
  readonly #bars: ProbabilityBars;
  readonly #centre = element("centre", HTMLInputElement);
  readonly #invert = element("invert", HTMLInputElement);
  /** The picture of a file; without one the drawing counts. */
  #file: Picture | undefined;
  readonly #predict = latestWins((picture: Picture | undefined) => this.#answer(picture));

  constructor(data: PageData, models: Models, listener: PredictionListener) {
    this.#data = data;
    this.#models = models;
    this.#listener = listener;
    this.#bars = new ProbabilityBars(element("predicted-bars", HTMLElement), data.classNames);
    this.#pad = new DrawingPad(element("pad", HTMLCanvasElement), {
      onChange: () => this.#takeDrawing(),
    });
    this.#blank();
    element("pen-choice", HTMLElement).hidden = data.imageShape[2] < 3;
    element("pen", HTMLInputElement).addEventListener("input", ({ target }) => {
      this.#pad.colour = (target as HTMLInputElement).value;
    });
    element("clear", HTMLElement).addEventListener("click", () => this.#pad.clear());
    for (const box of [this.#centre, this.#invert]) {
      box.addEventListener("change", () => this.#submit());
    }
    this.#listenToFiles();
  }

  #listenToFiles(): void {
    const input = element("file", HTMLInputElement);
    input.addEventListener("change", () => {
      this.#takeFile(input.files?.[0]);
      // The same file can be chosen again after a drawing.
      input.value = "";
    });
    const section = element("prediction", HTMLElement);
    const mark = (on: boolean) => section.classList.toggle("dropping", on);
    // Dropped anywhere else, a file would take the place of the page.
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      this.#takeFile(event.dataTransfer?.files[0]);
    });
    addEventListener("dragenter", () => mark(true));
    addEventListener("dragleave", (event) => event.relatedTarget === null && mark(false));
    addEventListener("paste", (event) => this.#takeFile(event.clipboardData?.files[0]));
  }

  #takeDrawing(): void {
    if (this.#file !== undefined) {
      this.#file = undefined;
      this.#centre.checked = true;
      this.#invert.checked = false;
    }
    this.#submit();
  }

  async #takeFile(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      const { picture, source } = await readPictureFile(file);
      const [height, width, channels] = this.#data.imageShape;
      const fits = picture.height === height && picture.width === width;
      // A picture of the models' own size is taken for one of their kind, and left as it is.
      this.#centre.checked = channels === 1 && !fits;
      this.#invert.checked = channels === 1 && !fits && isOnPaper(picture);
      this.#pad.show(source, source);
      this.#file = picture;
      this.#submit();
    } catch (error) {
      this.#say((error as Error).message, "", false);
    }
  }

  #submit(): void {
    const [height, width, channels] = this.#data.imageShape;
    let picture = toPictureChannels(this.#file ?? this.#pad.read(), channels);
    if (this.#invert.checked) picture = invertPicture(picture);
    const size = { height, width };
    const hasInk = this.#file !== undefined || centrePicture(picture, size) !== undefined;
    this.#predict(
      hasInk
        ? this.#centre.checked ? centrePicture(picture, size) : stretchPicture(picture, size)
        : undefined,
    );
  }

  async #answer(picture: Picture | undefined): Promise<void> {
    if (picture === undefined) {
      if (this.#file === undefined) this.#say("Nothing drawn yet", "", false);
      else this.#say("I don't know", "There is nothing in the picture", true);
      this.#blank();
      this.#bars.show(undefined);
      element("facts", HTMLElement).replaceChildren();
      this.#listener(undefined);
      return;
    }
    const prediction = await predict(picture, { data: this.#data, models: this.#models });
    this.#show(prediction);
    this.#listener(prediction);
  }

  /** Takes the last picture away. */
  #blank(): void {
    const { imageShape } = this.#data;
    const black = new Float32Array(imageShape.reduce((product, length) => product * length));
    for (const id of ["seen", "reconstruction"]) {
      showImage(element(id, HTMLCanvasElement), black, imageShape);
    }
  }

  #show(prediction: Prediction): void {
    const { picture, reconstruction, probabilities, className, outlier } = prediction;
    const { imageShape } = this.#data;
    showImage(element("seen", HTMLCanvasElement), picture.values, imageShape);
    showImage(element("reconstruction", HTMLCanvasElement), reconstruction, imageShape);
    this.#bars.show(probabilities);
    const share = formatShare(Math.max(...probabilities));
    if (outlier === undefined) {
      this.#say(`This is ${article(className)}`, `sure to ${share}`, false);
    } else this.#say("I don't know", `${EXPLANATIONS[outlier]}; it would be ${className}`, true);
    this.#showFacts(prediction);
  }

  #showFacts({ logLikelihood, reconstructionError, z, outlierScore }: Prediction): void {
    const { limits, pointsAre } = this.#data;
    if (outlierScore !== undefined) {
      return setFacts([
        [
          "Outlier score",
          `${formatDecimal(outlierScore, 3)}; outlier above ${1 - OUTLIER_RATE}, where ` +
          `${formatDecimal(100 * OUTLIER_RATE)} % of held-out training images lie`,
        ],
        ["Log-likelihood", formatDecimal(logLikelihood)],
        ["Error", `${formatDecimal(reconstructionError, 3)} nats a pixel between the two images`],
        ["Latent point", formatPoint(z)],
      ]);
    }
    const share = `where ${formatDecimal(100 * limits.rate)} % of the ${pointsAre} lie`;
    setFacts([
      [
        "Log-likelihood",
        `${formatDecimal(logLikelihood)}; outlier below ${
          formatDecimal(limits.logLikelihood)
        }, ${share}`,
      ],
      [
        "Error",
        `${formatDecimal(reconstructionError, 3)} nats a pixel between the two images` +
        (limits.reconstructionError === undefined
          ? ""
          : `; outlier above ${formatDecimal(limits.reconstructionError, 3)}, ${share}`),
      ],
      ["Latent point", formatPoint(z)],
    ]);
  }

  #say(answer: string, reason: string, isOutlier: boolean): void {
    const heading = element("answer", HTMLElement);
    // What is unchanged must not be read out again at each stroke.
    if (heading.textContent !== answer) heading.textContent = answer;
    heading.classList.toggle("outlier", isOutlier);
    const line = element("reason", HTMLElement);
    if (line.textContent !== reason) line.textContent = reason;
  }
}

function setFacts(facts: readonly (readonly [term: string, fact: string])[]): void {
  element("facts", HTMLElement).replaceChildren(...facts.flatMap(([term, fact]) => {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = term;
    dd.textContent = fact;
    return [dt, dd];
  }));
}

/** "an 8", "a 1", but names of things as they are. */
function article(className: string): string {
  if (!/^\d+$/.test(className)) return className;
  return `${/^(8|11$|18$)/.test(className) ? "an" : "a"} ${className}`;
}

const EXPLANATIONS: Readonly<Record<OutlierReason, string>> = {
  "unlikely": "It lies where hardly any image that was learned from does",
  "unlike its reconstruction": "The model cannot draw it, unlike the images that it learned from",
  "unlike the training images": "It is unlike the images that were learned from",
};
