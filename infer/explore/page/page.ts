/// <reference lib="dom" />
import { classifyLatents } from "../../../lib/mixture/latent_classifier.ts";
import { ndarray } from "../../../lib/ndarray.ts";
import { refusalOf } from "../../../lib/refusal.ts";
import { type PageData, parsePageData } from "../page_data.ts";
import { AxisControls } from "./axis_controls.ts";
import { element } from "./element.ts";
import { Filmstrip } from "./filmstrip.ts";
import { showImage } from "./image_canvas.ts";
import { JudgePanel } from "./judge_panel.ts";
import { type End, LatentPlane, type PlaneView } from "./latent_plane.ts";
import { drawLegend } from "./legend.ts";
import { latestWins, Models } from "./models.ts";
import { formatPoint } from "./numbers.ts";
import { formatShare, ProbabilityBars } from "./probability_bars.ts";

/** How long the point must rest before it is put into words: a moving one has nothing to say. */
const REST_MILLISECONDS = 250;

/** Wires the parts of the page to a run. */
function start(data: PageData, models: Models): void {
  const home = meanOf(data, () => true);
  const [a, b] = firstEnds(data);
  let view: PlaneView = {
    axes: { x: 0, y: data.latentDim > 1 ? 1 : undefined },
    z: home,
    member: 0,
    ends: { A: a, B: b },
    judged: undefined,
  };
  /** Where the point goes back to when the pointer leaves the plane. */
  let stay = home;

  const plane = new LatentPlane(element("plane", HTMLCanvasElement), data, view);
  const strip = new Filmstrip(element("strip", HTMLElement), { data, models, onChoose: goTo });
  const controls = new AxisControls(data, {
    axes: view.axes,
    range: plane.range,
    listener: {
      onAxes: (axes) => change({ axes }),
      onMember: (member) => change({ member }),
      onValue: (axis, value) => goTo(stay.with(axis, value)),
    },
  });
  const here = new HerePanel(data, models);

  function change(part: Partial<PlaneView>): void {
    const ends = view.ends;
    const z = view.z;
    view = { ...view, ...part };
    plane.show(view);
    if (view.z !== z) {
      controls.show(view.z);
      here.show(view.z);
    }
    if (view.ends !== ends) strip.show(view.ends.A, view.ends.B);
  }

  function goTo(z: Float32Array): void {
    stay = z.slice();
    change({ z: stay });
  }

  /** The point where an end or the reader is, moved along the plane alone. */
  function moved(z: Float32Array, [x, y]: readonly [number, number]): Float32Array {
    const next = z.with(view.axes.x, x);
    return view.axes.y === undefined ? next : next.with(view.axes.y, y);
  }

  const putEnd = (end: End, z: Float32Array) =>
    change({ ends: { ...view.ends, [end]: z.slice() } });

  plane.listen({
    onMove: (place, stays) => stays ? goTo(moved(stay, place)) : change({ z: moved(stay, place) }),
    onLeave: () => change({ z: stay }),
    onHome: () => goTo(home),
    onEnd: (end, place) => putEnd(end, moved(view.ends[end], place)),
    onEndHere: (end) => putEnd(end, view.z),
  });
  element("put-a", HTMLElement).addEventListener("click", () => putEnd("A", stay));
  element("put-b", HTMLElement).addEventListener("click", () => putEnd("B", stay));
  element("swap", HTMLElement).addEventListener("click", () => {
    change({ ends: { A: view.ends.B, B: view.ends.A } });
  });

  const goThere = element("go-there", HTMLButtonElement);
  new JudgePanel(data, models, (judgement) => {
    change({ judged: judgement?.z });
    goThere.disabled = judgement === undefined;
    if (judgement !== undefined) tell("judged", judgement);
  });
  goThere.addEventListener("click", () => view.judged !== undefined && goTo(view.judged));

  drawLegend(element("legend", HTMLElement), data);
  strip.show(a, b);
  controls.show(home);
  here.show(home);
}

/** The image, the answer and the words for the point where the reader is. */
class HerePanel {
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
    const refused = refusalOf({ logLikelihood: logLikelihood[0] }, limits) !== undefined;
    const text = `${formatPoint(z)}: ${name}, ${share}${refused ? ", but refused: too rare" : ""}`;
    element("here-text", HTMLElement).textContent = text;
    this.#canvas.ariaLabel = `The image at ${text}`;
    tell("decoded", { z, pixels });
    // One image a frame: a faster model would only draw what nobody sees.
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/**
 * The filmstrip's first ends: on the line through the centres of the first and the last class, half
 * as far again beyond them.
 */
function firstEnds(data: PageData): [a: Float32Array, b: Float32Array] {
  const { classes } = data.classifier;
  const { labels } = classifyLatents(data.classifier, data.points);
  const [first, last] = [classes[0], classes.at(-1)!]
    .map((label) => meanOf(data, (i) => labels[i] === label));
  const beyond = (end: Float32Array, other: Float32Array) =>
    end.map((value, i) => value + 0.5 * (value - other[i]));
  return [beyond(first, last), beyond(last, first)];
}

/** The mean of the points that are counted; the origin if none is. */
function meanOf(
  { points, latentDim }: PageData,
  counts: (point: number) => boolean,
): Float32Array<ArrayBuffer> {
  const sum = new Float64Array(latentDim);
  let count = 0;
  for (let i = 0; i < points.shape[0]; i++) {
    if (!counts(i)) continue;
    count++;
    for (let j = 0; j < latentDim; j++) sum[j] += points.data[i * latentDim + j];
  }
  return Float32Array.from(sum, (value) => value / Math.max(1, count));
}

/** Lets others follow what the page computes, to the last digit: an event of the document. */
function tell(name: "decoded" | "judged", detail: unknown): void {
  document.dispatchEvent(new CustomEvent(`glimpse-${name}`, { detail }));
}

const about = element("about", HTMLElement);
try {
  const models = new Models();
  const answer = await fetch("run.json");
  const data = parsePageData(await answer.text());
  const [height, width, channels] = data.imageShape;
  element("run-name", HTMLElement).textContent = data.name;
  start(data, models);
  about.textContent = [
    `Classes ${data.classNames.join(", ")}`,
    `images of ${height}×${width}${channels === 1 ? "" : `×${channels}`}`,
    `${data.latentDim} latent variables`,
    `computed in this page (${await models.engine})`,
  ].join(" · ");
  document.documentElement.dataset.ready = "true";
} catch (error) {
  about.textContent = `This page cannot show the run: ${
    error instanceof Error ? error.message : error
  }`;
  about.role = "alert";
}
