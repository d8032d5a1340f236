/// <reference lib="dom" />
import { element } from "../../explore/page/element.ts";
import type { Fit } from "./refit_messages.ts";

/** Says which colour of the map is which class, and how many images have it. */
export function drawLegend({ classNames, predicted }: Fit, colours: readonly string[]): void {
  const counts = new Int32Array(classNames.length);
  for (const column of predicted) if (column < counts.length) counts[column]++;
  element("legend", HTMLElement).replaceChildren(
    ...classNames.map((name, i) => {
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.setProperty("--class", colours[i]);
      const item = document.createElement("li");
      item.append(swatch, `${name}: ${counts[i]}`);
      return item;
    }),
  );
}
