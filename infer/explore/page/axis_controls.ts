/// <reference lib="dom" />
import type { PageData } from "../page_data.ts";
import { element } from "./element.ts";
import { formatDecimal } from "./numbers.ts";
import type { PlaneAxes } from "./plane_scale.ts";

/** What the reader does with the controls. */
export interface AxisListener {
  onAxes(axes: PlaneAxes): void;
  /** A variable that does not lie on the plane gets a value. */
  onValue(axis: number, value: number): void;
  /** Another member's components are to be outlined. */
  onMember(member: number): void;
}

/** Which variables lie on the plane, the values of all others, and whose outlines are drawn. */
export class AxisControls {
  readonly #listener: AxisListener;
  readonly #sliders: { row: HTMLElement; input: HTMLInputElement; output: HTMLOutputElement }[];
  readonly #selects: readonly [HTMLSelectElement, HTMLSelectElement];

  constructor(
    { latentDim, classifier }: PageData,
    { axes, range, listener }: { axes: PlaneAxes; range: number; listener: AxisListener },
  ) {
    this.#listener = listener;
    this.#selects = [element("axis-x", HTMLSelectElement), element("axis-y", HTMLSelectElement)];
    this.#sliders = latentDim > 2
      ? Array.from({ length: latentDim }, (_, axis) => this.#addSlider(axis, range))
      : [];
    element("axis-choice", HTMLElement).hidden = latentDim <= 2;
    this.#selects.forEach((select) => {
      for (let axis = 0; axis < latentDim; axis++) {
        select.add(new Option(`z${axis + 1}`, `${axis}`));
      }
      select.addEventListener("change", () => this.#chooseAxes(select));
    });
    this.#showAxes(axes);

    element("outline-choice", HTMLElement).hidden = classifier.members.length < 2;
    const outline = element("outline", HTMLSelectElement);
    classifier.members.forEach(({ transform, mixture }, i) => {
      const squashed = transform.name === "none" ? "plain latents" : `${transform.name} of latents`;
      outline.add(new Option(`mixture ${i + 1}: ${squashed}, ${mixture.covarianceType}`, `${i}`));
    });
    outline.addEventListener("change", () => listener.onMember(Number(outline.value)));
  }

  /** Shows where the reader is, `[latentDim]`. */
  show(z: Float32Array): void {
    this.#sliders.forEach(({ input, output }, axis) => {
      input.value = String(z[axis]);
      output.value = formatDecimal(z[axis]);
    });
  }

  #addSlider(axis: number, range: number) {
    const row = document.createElement("label");
    const input = document.createElement("input");
    const output = document.createElement("output");
    input.type = "range";
    input.min = String(-range);
    input.max = String(range);
    input.step = "0.01";
    input.addEventListener("input", () => this.#listener.onValue(axis, input.valueAsNumber));
    row.append(`z${axis + 1}`, input, output);
    element("sliders", HTMLElement).append(row);
    return { row, input, output };
  }

  /** The variable that is chosen for one axis and lies on the other gives way. */
  #chooseAxes(changed: HTMLSelectElement): void {
    const [x, y] = this.#selects;
    if (x.value === y.value) {
      const other = changed === x ? y : x;
      other.value = String((Number(changed.value) + 1) % other.length);
    }
    const axes = { x: Number(x.value), y: Number(y.value) };
    this.#showAxes(axes);
    this.#listener.onAxes(axes);
  }

  #showAxes({ x, y }: PlaneAxes): void {
    this.#selects[0].value = String(x);
    this.#selects[1].value = String(y);
    this.#sliders.forEach(({ row }, axis) => row.hidden = axis === x || axis === y);
  }
}
