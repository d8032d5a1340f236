/// <reference lib="dom" />
import { classColours } from "../../../lib/plot/colours.ts";

/** A list with a bar for each class. */
export class ProbabilityBars {
  readonly #rows: { fill: HTMLElement; share: HTMLElement }[];

  constructor(list: HTMLElement, classNames: readonly string[]) {
    const colours = classColours(classNames.length);
    this.#rows = classNames.map((name, index) => {
      const row = document.createElement("li");
      const [label, track, fill, share] = ["span", "div", "div", "span"]
        .map((tag) => document.createElement(tag));
      label.textContent = name;
      track.className = "track";
      track.ariaHidden = "true";
      fill.className = "fill";
      fill.style.background = colours[index];
      share.className = "share";
      track.append(fill);
      row.append(label, track, share);
      list.append(row);
      return { fill, share };
    });
    this.show(undefined);
  }

  /** @param probabilities `[classes]`, or `undefined` if there is nothing to show. */
  show(probabilities: ArrayLike<number> | undefined): void {
    this.#rows.forEach(({ fill, share }, i) => {
      fill.style.width = `${100 * (probabilities?.[i] ?? 0)}%`;
      share.textContent = probabilities === undefined ? "" : formatShare(probabilities[i]);
    });
  }
}

/** A probability as people read it; neither 0 % nor 100 % where it is not. */
export function formatShare(probability: number): string {
  const percent = 100 * probability;
  if (percent > 99.9 && percent < 100) return ">99.9 %";
  if (percent < 0.1 && percent > 0) return "<0.1 %";
  return `${Number(percent.toFixed(1))} %`;
}
