/**
 * What an order of labels is worth: a person is simulated who names images in the order of
 * `deno task label`, in random order, or always the image with the smallest margin between two
 * classes (Scheffer et al., "Active hidden Markov models for information extraction", 2001) after
 * ten random ones.
 *
 * @module
 */
import type { NdArray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { slice } from "../lib/array/rows.ts";
import { mean } from "../lib/array/stats.ts";
import { type NeighbourGraph, neighbourGraph } from "../lib/classical/neighbour_graph.ts";
import { nearestNeighbours } from "../lib/classical/nearest_neighbours.ts";
import { neighbourCount } from "../lib/classical/neighbour_graph.ts";
import { toUint8 } from "../lib/data/mod.ts";
import { estimateAccuracy } from "../lib/labelling/estimate_accuracy.ts";
import { describeSpace, type LabellingSpace } from "../lib/labelling/labelling_space.ts";
import { marginsOf, offerImages } from "../lib/labelling/offer_images.ts";
import { propagateDecisions } from "../lib/labelling/propagate_decisions.ts";
import { classifyLatents } from "../lib/latent/latent_classifier.ts";
import { fitNamed } from "../lib/labelling/fit_named.ts";
import { createSession } from "../lib/runtime/mod.ts";
import { encodeImages } from "../lib/runtime/run_images.ts";
import { trainSystem } from "../train/run/train_system.ts";
import { fewLabels } from "../train/systems/few_labels.ts";
import { SETS } from "./datasets/sets.ts";
import { formatTable } from "./table.ts";

const DEFAULT_SETS = ["mnist", "fashion", "digits"];
/** Images to learn from without labels. */
const IMAGES = 6000;
const TESTED = 5000;
/** Numbers of labels at which all is measured. */
const MARKS = [10, 20, 30, 40, 60, 100];
const ORDERS = ["ours", "random", "margin"] as const;
type Order = typeof ORDERS[number];

/** Images as the run describes them, with the truth that the simulated person knows. */
interface Subject {
  readonly z: NdArray<"float32">;
  readonly truth: Int32Array;
  readonly space: LabellingSpace;
  readonly graph: NeighbourGraph;
  readonly test: { readonly z: NdArray<"float32">; readonly truth: Int32Array };
}

/** One number of labels of one order and seed. */
interface Mark {
  readonly accuracy: number;
  readonly estimate: number;
  readonly inInterval: boolean;
}

/** Trains once a set, labels once a seed and order, and prints a table a set. */
export async function benchLabelling(
  print: (line: string) => void,
  { seeds, sets = DEFAULT_SETS, development }: {
    seeds: number;
    sets?: readonly string[] | undefined;
    development: boolean;
  },
): Promise<void> {
  for (const name of sets) {
    const { title, load } = SETS[name];
    const { train, test } = await load({ development });
    const count = Math.min(IMAGES, train.labels.length);
    const tested = Math.min(TESTED, test.labels.length);
    const images = toUint8(slice(train.images, 0, count));
    const { models, latents } = await trainSystem(fewLabels, {
      train: images,
      validation: undefined,
      labelled: { images: slice(images, 0, 0), labels: Int32Array.of() },
      test: undefined,
      labelSamples: [],
    }, { engine: "native" });
    const encoder = await createSession(models["encoder.onnx"]);
    const testZ = await encodeImages(encoder, slice(test.images, 0, tested));
    await encoder.release();
    const { z } = latents!;
    const neighbours = await nearestNeighbours(z, z, {
      k: neighbourCount(count),
      excludeSelf: true,
    });
    const marks: Record<Order, Mark[][]> = { ours: [], random: [], margin: [] };
    for (let seed = 0; seed < seeds; seed++) {
      const subject: Subject = {
        z,
        truth: train.labels.slice(0, count),
        space: describeSpace(z, neighbours, { seed }),
        graph: neighbourGraph(neighbours.indices),
        test: { z: testZ, truth: test.labels.slice(0, tested) },
      };
      for (const order of ORDERS) marks[order].push(label(subject, order, seed));
    }
    print(`${title}: ${count} images, accuracy on ${tested} others, ${seeds} seeds of the order`);
    print(formatTable([
      ["labels", ...ORDERS, "estimate of ours", "in its interval"],
      ...MARKS.map((labels, m) => [
        String(labels),
        ...ORDERS.map((order) => withDeviation(marks[order].map((all) => all[m].accuracy))),
        withDeviation(marks.ours.map((all) => all[m].estimate)),
        `${marks.ours.filter((all) => all[m].inInterval).length} of ${seeds}`,
      ]),
    ]));
  }
}

function label(subject: Subject, order: Order, seed: number): Mark[] {
  const { graph, truth } = subject;
  const random = new Random(seed, "labels").permutation(truth.length);
  const rows: number[] = [];
  const marks: Mark[] = [];
  while (rows.length < MARKS.at(-1)!) {
    rows.push(nextRow(subject, { order, rows, random }));
    if (MARKS.includes(rows.length)) marks.push(measure(subject, rows));
  }
  return marks;

  function nextRow(
    { space }: Subject,
    { order, rows, random }: { order: Order; rows: readonly number[]; random: Uint32Array },
  ): number {
    if (order === "random" || (order === "margin" && rows.length < 10)) return random[rows.length];
    const { posteriors } = propagateDecisions(graph, decisionsOf(truth, rows));
    if (order === "ours") {
      return offerImages(space, { done: new Set(rows), posteriors }, { count: 1 })[0].row;
    }
    const { margins } = marginsOf(posteriors);
    for (const row of rows) margins[row] = Infinity;
    return margins.indexOf(margins.reduce((a, b) => Math.min(a, b)));
  }
}

function decisionsOf(truth: Int32Array, rows: readonly number[]) {
  return rows.map((row) => ({ row, label: String(truth[row]) }));
}

/** The accuracy of what `deno task label` would write, and what it would say of it. */
function measure({ z, truth, graph, test }: Subject, rows: readonly number[]): Mark {
  const { classNames, predicted } = propagateDecisions(graph, decisionsOf(truth, rows));
  const classes = classNames.map(Number);
  const classifier = fitNamed(z, { predicted, classes });
  const { labels } = classifyLatents(classifier, test.z);
  const accuracy = mean(Array.from(labels, (label, i) => Number(label === test.truth[i])));
  const given = { rows, classes: rows.map((row) => classes.indexOf(truth[row])) };
  const estimate = estimateAccuracy(graph, given, { classes: classes.length });
  const [low, high] = estimate?.interval ?? [0, 1];
  return {
    accuracy,
    estimate: estimate?.accuracy ?? NaN,
    inInterval: low <= accuracy && accuracy <= high,
  };
}

/** The mean and the standard deviation, with n - 1. */
function withDeviation(values: readonly number[]): string {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, values.length - 1));
  return `${middle.toFixed(3)} ± ${deviation.toFixed(3)}`;
}
