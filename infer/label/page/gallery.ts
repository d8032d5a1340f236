/// <reference lib="dom" />
import { element } from "../../explore/page/element.ts";
import type { Thumbnails } from "./thumbnails.ts";

/** Images to look at. */
export interface Shown {
  readonly title: string;
  /** Rows in order, with what is written below each. */
  readonly images: readonly {
    readonly row: number;
    readonly text: string;
    readonly colour?: string;
  }[];
}

/** A list of small images, of which one kind is shown at a time. */
export class Gallery {
  readonly #choice = element("gallery-choice", HTMLSelectElement);
  readonly #list = element("gallery", HTMLElement);
  readonly #thumbnails: Thumbnails;
  readonly #onPick: (row: number) => void;
  #shown: readonly Shown[] = [];

  constructor(thumbnails: Thumbnails, onPick: (row: number) => void) {
    this.#thumbnails = thumbnails;
    this.#onPick = onPick;
    this.#choice.addEventListener("change", () => this.#draw());
  }

  show(shown: readonly Shown[]): void {
    const before = this.#choice.value;
    this.#shown = shown;
    this.#choice.replaceChildren(
      ...shown.map(({ title, images }) => new Option(`${title} (${images.length})`, title)),
    );
    if (shown.some(({ title }) => title === before)) this.#choice.value = before;
    this.#draw();
  }

  #draw(): void {
    const chosen = this.#shown.find(({ title }) => title === this.#choice.value);
    this.#list.replaceChildren(
      ...(chosen?.images ?? []).map(({ row, text, colour }) => {
        const canvas = document.createElement("canvas");
        canvas.ariaHidden = "true";
        const button = document.createElement("button");
        button.type = "button";
        button.append(canvas, text);
        if (colour !== undefined) button.style.setProperty("--class", colour);
        button.addEventListener("click", () => this.#onPick(row));
        const item = document.createElement("li");
        item.append(button);
        this.#thumbnails.draw(canvas, row);
        return item;
      }),
    );
  }
}
