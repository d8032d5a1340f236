/// <reference lib="dom" />
import { THUMBNAILS_PER_FILE } from "../page_data.ts";

/** The small images of a run, fetched when they are first shown. */
export class Thumbnails {
  readonly #shape: readonly [number, number, number];
  readonly #files = new Map<number, Promise<Uint8Array>>();

  /** @param shape `[height, width, channels]` */
  constructor(shape: readonly [number, number, number]) {
    this.#shape = shape;
  }

  /** Draws an image on a canvas, unless another is asked for there before it has come. */
  async draw(canvas: HTMLCanvasElement, row: number): Promise<void> {
    canvas.dataset.row = String(row);
    const number = Math.floor(row / THUMBNAILS_PER_FILE);
    let file = this.#files.get(number);
    if (file === undefined) this.#files.set(number, file = fetchBytes(`thumbnails/${number}.bin`));
    const bytes = await file;
    if (canvas.dataset.row !== String(row)) return;
    const [height, width, channels] = this.#shape;
    [canvas.width, canvas.height] = [width, height];
    const image = new ImageData(width, height);
    const start = (row % THUMBNAILS_PER_FILE) * height * width * channels;
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < 3; c++) {
        image.data[4 * i + c] = bytes[start + i * channels + (channels < 3 ? 0 : c)];
      }
      image.data[4 * i + 3] = 255;
    }
    canvas.getContext("2d")!.putImageData(image, 0, 0);
  }
}

/** The bytes of a file beside the page. */
export async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`cannot get ${path}`);
  return new Uint8Array(await response.arrayBuffer());
}
