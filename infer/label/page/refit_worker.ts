/// <reference lib="dom" />
import { type NeighbourGraph, neighbourGraph } from "../../../lib/classical/neighbour_graph.ts";
import { estimateAccuracy } from "../../../lib/labelling/estimate_accuracy.ts";
import { findMistakes } from "../../../lib/labelling/find_mistakes.ts";
import type { LabellingSpace } from "../../../lib/labelling/labelling_space.ts";
import { offerImages } from "../../../lib/labelling/offer_images.ts";
import {
  type Decision,
  namedRows,
  propagateDecisions,
} from "../../../lib/labelling/propagate_decisions.ts";
import type { RefitAnswer, RefitRequest } from "./refit_messages.ts";

const worker = self as unknown as {
  postMessage(message: RefitAnswer): void;
  onmessage: ((event: MessageEvent<RefitRequest>) => void) | null;
};

/** Images that are offered, and at most counted as worth a label. */
const OFFERED = 100;
/** Images in a gallery. */
const SHOWN = 24;

let space: LabellingSpace;
let graph: NeighbourGraph;

worker.onmessage = ({ data }) => {
  try {
    if ("space" in data) {
      space = data.space;
      graph = neighbourGraph(space.neighbours);
    } else {
      refit(data);
    }
  } catch (error) {
    worker.postMessage({ fault: String(error) });
  }
};

function refit(
  { decisions, skipped }: { decisions: readonly Decision[]; skipped: readonly number[] },
) {
  const start = performance.now();
  const propagated = propagateDecisions(graph, decisions);
  const milliseconds = performance.now() - start;
  const { classNames, posteriors, predicted } = propagated;
  const done = new Set([...decisions.map(({ row }) => row), ...skipped]);
  const offers = offerImages(space, { done, posteriors }, { count: OFFERED });
  worker.postMessage({
    fit: {
      classNames,
      predicted,
      offers,
      worth: offers.filter(({ reason }) => reason.kind !== "outlier").length,
      suspects: findMistakes(space, propagated, { count: SHOWN }),
      milliseconds,
    },
  });
  const classes = classNames.length;
  const estimate = classes < 2
    ? undefined
    : estimateAccuracy(graph, namedRows(decisions, classNames), { classes });
  worker.postMessage({ estimate, classNames });
}
