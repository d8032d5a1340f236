/// <reference lib="dom" />
import { type PageData, parsePageData } from "../page_data.ts";
import { AxisControls } from "./axis_controls.ts";
import { element } from "./element.ts";
import { Filmstrip } from "./filmstrip.ts";
import { firstEnds, firstPlace } from "./first_places.ts";
import { HerePanel } from "./here_panel.ts";
import { PredictionPanel } from "./prediction_panel.ts";
import { LatentPlane, type PlaneView } from "./latent_plane.ts";
import { drawLegend } from "./legend.ts";
import type { End } from "./markers.ts";
import { Models } from "./models.ts";
import { tell } from "./tell.ts";

/** Wires the parts of the page to a run. */
function start(data: PageData, models: Models): void {
  const home = firstPlace(data);
  const [a, b] = firstEnds(data);
  let view: PlaneView = {
    axes: { x: 0, y: data.latentDim > 1 ? 1 : undefined },
    z: home,
    member: 0,
    ends: { A: a, B: b },
    predicted: undefined,
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
  new PredictionPanel(data, models, (prediction) => {
    change({ predicted: prediction?.z });
    goThere.disabled = prediction === undefined;
    if (prediction !== undefined) tell("predicted", prediction);
  });
  goThere.addEventListener("click", () => view.predicted !== undefined && goTo(view.predicted));

  drawLegend(element("legend", HTMLElement), data);
  strip.show(a, b);
  controls.show(home);
  here.show(home);
}

const about = element("about", HTMLElement);

/** What goes wrong is said where it is seen, not in the console alone. */
function tellFault(error: unknown): void {
  about.textContent = `This page cannot show the run: ${
    error instanceof Error ? error.message : error
  }`;
  about.role = "alert";
}

addEventListener("unhandledrejection", ({ reason }) => tellFault(reason));
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
    data.note ?? `${data.latentDim} latent variables`,
    `computed in this page (${await models.engine})`,
  ].join(" · ");
  document.documentElement.dataset.ready = "true";
} catch (error) {
  tellFault(error);
}
