/// <reference lib="dom" />
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { AccuracyEstimate } from "../../../lib/labelling/estimate_accuracy.ts";
import type { LabellingSpace } from "../../../lib/labelling/labelling_space.ts";
import type { OfferReason } from "../../../lib/labelling/offer_images.ts";
import { classColours } from "../../../lib/plot/colours.ts";
import { element } from "../../explore/page/element.ts";
import type { LabelPageData } from "../page_data.ts";
import {
  describeEstimate,
  describeImage,
  describeReason,
  describeSelection,
  describeWorth,
  galleriesOf,
} from "./describe.ts";
import { Gallery } from "./gallery.ts";
import { drawLegend } from "./legend.ts";
import { GREY, LabelMap } from "./label_map.ts";
import { Labelling } from "./labelling.ts";
import { NamingPanel } from "./naming_panel.ts";
import type { Fit } from "./refit_messages.ts";
import { Refitter } from "./refitter.ts";
import { LabelServer } from "./server.ts";
import { fetchBytes, Thumbnails } from "./thumbnails.ts";

const about = element("about", HTMLElement);
const finishButton = element("finish", HTMLButtonElement);

function say(text: string, { isFault }: { isFault: boolean }): void {
  about.textContent = text;
  about.classList.toggle("alert", isFault);
}

/** Wires the parts of the page to a run. */
class LabelPage {
  readonly #data: LabelPageData;
  readonly #space: LabellingSpace;
  readonly #thumbnails: Thumbnails;
  readonly #map: LabelMap;
  readonly #gallery: Gallery;
  readonly #naming: NamingPanel;
  readonly #labelling: Labelling;
  readonly #refitter: Refitter;
  #fit: Fit | undefined;
  #estimate: AccuracyEstimate | undefined;
  #current: number | undefined;
  #reason: OfferReason | undefined;
  #selected = new Set<number>();

  constructor(data: LabelPageData, space: LabellingSpace, map: Float32Array) {
    this.#data = data;
    this.#space = space;
    this.#thumbnails = new Thumbnails(data.thumbnailShape);
    this.#gallery = new Gallery(this.#thumbnails, (row) => this.#pick(row));
    this.#map = new LabelMap(element("map", HTMLCanvasElement), map, {
      onPick: (row) => this.#pick(row),
      onSelect: (rows) => this.#select(rows),
    });
    this.#naming = new NamingPanel({
      onName: (label) => this.#decide(label),
      onSkip: () => {
        if (this.#current !== undefined) this.#labelling.skipped.add(this.#current);
        this.#next();
        this.#refit();
      },
      onUndo: () => this.#labelling.undo(),
      onClear: () => this.#select([]),
    });
    this.#labelling = new Labelling(new LabelServer(data.token), {
      onChange: () => this.#refit(),
      onSaved: say,
    });
    this.#refitter = new Refitter(space, {
      onFit: (fit) => {
        this.#fit = fit;
        if (this.#current === undefined) this.#next();
        this.#draw();
        if (!document.documentElement.dataset.ready) performance.mark("offer");
        document.documentElement.dataset.ready = "true";
      },
      onEstimate: (estimate, classNames) => {
        this.#estimate = estimate;
        element("estimate", HTMLElement).textContent = describeEstimate(
          estimate,
          classNames.length,
        );
        element("worth", HTMLElement).textContent = describeWorth(this.#fit!.worth);
        this.#gallery.show(galleriesOf(this.#fit!, estimate, this.#colours()));
      },
      onFault: (text) => say(`Cannot go on: ${text}`, { isFault: true }),
    });
    this.#wireButtons();
    requestAnimationFrame(() => performance.mark("map"));
  }

  async open(): Promise<void> {
    await this.#labelling.open();
    const found = this.#labelling.decisions.length;
    say(`${this.#data.names.length} images, ${found} labels`, { isFault: false });
  }

  #wireButtons(): void {
    const lasso = element("lasso", HTMLButtonElement);
    lasso.addEventListener("click", () => {
      this.#map.lasso = !this.#map.lasso;
      lasso.ariaPressed = String(this.#map.lasso);
    });
    element("whole", HTMLButtonElement).addEventListener("click", () => this.#map.showAll());
    element("cluster", HTMLButtonElement).addEventListener("click", () => {
      if (this.#current === undefined) return;
      const { clusters } = this.#space;
      const own = clusters[this.#current];
      this.#select(Array.from(clusters.keys()).filter((row) => clusters[row] === own));
    });
    finishButton.addEventListener("click", () => this.#finish());
  }

  #decide(label: string | undefined): void {
    // Of several images those that were named one by one keep their names.
    const rows = this.#selected.size > 0
      ? Array.from(this.#selected).filter((row) => !this.#labelling.has(row))
      : this.#current === undefined
      ? []
      : [this.#current];
    if (rows.length === 0) return;
    this.#selected = new Set();
    this.#labelling.decide(rows, label);
    this.#next();
  }

  #pick(row: number): void {
    this.#current = row;
    this.#reason = undefined;
    this.#selected = new Set();
    this.#draw();
  }

  #select(rows: readonly number[]): void {
    this.#selected = new Set(rows);
    this.#draw();
  }

  /** Goes on to the image that is worth most. */
  #next(): void {
    const { skipped } = this.#labelling;
    const offer = this.#fit?.offers.find(({ row }) =>
      !this.#labelling.has(row) && !skipped.has(row)
    );
    this.#current = offer?.row;
    this.#reason = offer?.reason;
    this.#draw();
  }

  #refit(): void {
    this.#refitter.refit(this.#labelling.decisions, this.#labelling.skipped);
  }

  #draw(): void {
    if (this.#fit === undefined) return;
    const { classNames, predicted, milliseconds } = this.#fit;
    const colours = this.#colours();
    const names = [...this.#labelling.names];
    const palette = classColours(names.length);
    const current = this.#current;
    this.#naming.show({
      names: names.map((name, i) => ({ name, colour: palette[i] })),
      text: this.#describe(),
      canUndo: this.#labelling.canUndo,
      selected: this.#selected.size,
      decided: current === undefined ? undefined : this.#labelling.labelOf(current),
    });
    if (current !== undefined) {
      this.#thumbnails.draw(element("current", HTMLCanvasElement), current);
    }
    this.#map.show({
      colours,
      predicted,
      decided: this.#labelling.decisions.map(({ row }) => row),
      current,
      selected: this.#selected,
    });
    drawLegend(this.#fit, colours);
    finishButton.disabled = classNames.length < 2;
    document.documentElement.dataset.refit = milliseconds.toFixed(1);
    document.documentElement.dataset.labels = String(this.#labelling.decisions.length);
    document.documentElement.dataset.current = current === undefined
      ? ""
      : this.#data.names[current];
  }

  #describe(): string {
    if (this.#selected.size > 0) return describeSelection(this.#selected.size);
    const row = this.#current;
    if (row === undefined) return "All images are named or skipped.";
    const name = this.#data.names[row];
    const { classNames, predicted } = this.#fit!;
    if (this.#reason) return `${name}: ${describeReason(this.#reason, classNames)}.`;
    const said = this.#labelling.has(row) ? { label: this.#labelling.labelOf(row) } : undefined;
    return `${name}: ${describeImage(said, predicted[row], classNames)}.`;
  }

  /** The colour of each class of the fit: classes keep theirs as others are named. */
  #colours(): string[] {
    const order = [...this.#labelling.names];
    const colours = classColours(order.length);
    return this.#fit!.classNames.map((name) => colours[order.indexOf(name)] ?? GREY);
  }

  async #finish(): Promise<void> {
    const text = element("finished", HTMLElement);
    finishButton.disabled = true;
    text.textContent = "Writing classifier, scores and report";
    try {
      const { classNames, failures } = await this.#labelling.finish();
      element("try", HTMLElement).hidden = false;
      text.textContent = [
        `Written: classifier.onnx of the classes ${
          classNames.join(", ")
        }, gmm.json, scores and report.`,
        ...failures,
      ].join(" ");
    } catch (error) {
      text.textContent = `Not written: ${(error as Error).message}`;
    } finally {
      finishButton.disabled = false;
    }
  }
}

addEventListener("unhandledrejection", ({ reason }) => say(String(reason), { isFault: true }));
try {
  const data: LabelPageData = await (await fetch("run.json")).json();
  element("run-name", HTMLElement).textContent = data.name;
  element("try", HTMLElement).hidden = !data.isFinished;
  const files = ["map", "neighbours", "isolation", "clusters", "middles"];
  const [map, neighbours, isolation, clusters, middles] = await Promise.all(
    files.map(async (name) => (await fetchBytes(`${name}.bin`)).buffer),
  );
  const count = data.names.length;
  const page = new LabelPage(data, {
    neighbours: ndarray("int32", [count, data.neighbours], new Int32Array(neighbours)),
    isolation: new Float32Array(isolation),
    clusters: new Int32Array(clusters),
    middles: new Int32Array(middles),
  }, new Float32Array(map));
  await page.open();
} catch (error) {
  say(`This page cannot show the run: ${(error as Error).message}`, { isFault: true });
}
