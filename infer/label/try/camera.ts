/// <reference lib="dom" />
import { pictureOf } from "../../explore/page/drawing_pad.ts";
import { element } from "../../explore/page/element.ts";
import type { Picture } from "../../explore/page/fit_picture.ts";

/** Pictures a second that are classified. */
const RATE = 5;
const SIDE = 240;

/** The camera, which is asked for by a button; its pictures are shown and never stored. */
export class Camera {
  readonly #button = element("camera", HTMLButtonElement);
  readonly #video = document.createElement("video");
  readonly #canvas = new OffscreenCanvas(SIDE, SIDE);
  readonly #onPicture: (picture: Picture, source: OffscreenCanvas) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(onPicture: (picture: Picture, source: OffscreenCanvas) => void) {
    this.#onPicture = onPicture;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#button.disabled = navigator.mediaDevices === undefined;
    this.#button.addEventListener("click", () => this.#timer ? this.stop() : this.#start());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#button.ariaPressed = "false";
    const stream = this.#video.srcObject as MediaStream | null;
    for (const track of stream?.getTracks() ?? []) track.stop();
    this.#video.srcObject = null;
  }

  async #start(): Promise<void> {
    try {
      this.#video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
      });
      await this.#video.play();
    } catch (error) {
      this.stop();
      element("reason", HTMLElement).textContent = `No camera: ${(error as Error).message}`;
      return;
    }
    this.#button.ariaPressed = "true";
    this.#timer = setInterval(() => this.#take(), 1000 / RATE);
  }

  /** The square in the middle. */
  #take(): void {
    const { videoWidth, videoHeight } = this.#video;
    if (videoWidth === 0) return;
    const side = Math.min(videoWidth, videoHeight);
    const context = this.#canvas.getContext("2d", { willReadFrequently: true })!;
    const [left, top] = [(videoWidth - side) / 2, (videoHeight - side) / 2];
    context.drawImage(this.#video, left, top, side, side, 0, 0, SIDE, SIDE);
    this.#onPicture(pictureOf(context.getImageData(0, 0, SIDE, SIDE)), this.#canvas);
  }
}
