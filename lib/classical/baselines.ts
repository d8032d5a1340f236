import { type NdArray, ndarray, sizeOf } from "../array/ndarray.ts";
import { join, slice, take } from "../array/rows.ts";
import { argMaxRows } from "../array/stats.ts";
import { Random } from "../array/random.ts";
import { fitLeadingComponents, projectOnComponents } from "../embedding/leading_components.ts";
import type { Images } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import { spreadLabels } from "./label_spreading.ts";
import { fitLogisticRegression, predictLogisticRegression } from "./logistic_regression.ts";
import { nearestNeighbours } from "./nearest_neighbours.ts";
import { neighbourCount } from "./neighbour_graph.ts";
import { meanOfNeighbours } from "./posteriors.ts";

/** What trivial classifiers say of each test image, `[test images]` each. */
export interface Baselines {
  readonly nearestNeighbour: Int32Array;
  readonly logisticRegression: Int32Array;
  readonly labelSpreading: Int32Array;
}

/** Images to learn from and to classify. */
export interface BaselineData {
  /** Images without labels, `[count, height, width, channels]`. */
  readonly unlabelled: Images;
  readonly labelled: Images;
  /** The class of each labelled image, from 0. */
  readonly labels: ArrayLike<number>;
  readonly test: Images;
}

/** Options for {@linkcode baselines}. */
export interface BaselinesOptions {
  /** The number of classes. */
  classes: number;
  /** Images of the graph at most, the labelled ones among them: fewer of large images. @default {10_000} */
  graphSize?: number;
  /** @default {0} */
  seed?: number;
  /** Threads of ONNX Runtime, 0 for all cores. @default {0} */
  threads?: number;
}

/**
 * Three classifiers on raw pixels that any other has to beat with the same labels: the nearest
 * labelled image, logistic regression, and label spreading on 50 principal components.
 */
export async function baselines(
  { unlabelled, labelled, labels, test }: BaselineData,
  { classes, graphSize = 10_000, seed = 0, threads = 0 }: BaselinesOptions,
): Promise<Baselines> {
  const known = flatPixels(labelled);
  const [count, ...size] = unlabelled.shape;
  const width = sizeOf(size);
  const regression = fitLogisticRegression(known, labels, { classes });
  const most = Math.min(graphSize, Math.floor(MAX_PIXELS / width));
  const others = Math.min(count, Math.max(0, most - labels.length));
  const rows = new Random(seed, "graph").permutation(count).subarray(0, others);
  const graph = join([known, flatPixels(take(unlabelled, rows))]);
  const components = await fitLeadingComponents(graph, { seed, threads });
  const points = await projectOnComponents(graph, components, { threads });
  const { posteriors } = await spreadLabels(points, {
    rows: Array.from(labels, (_, i) => i),
    classes: labels,
  }, { classes, threads });
  const found = {
    nearestNeighbour: [] as number[],
    logisticRegression: [] as number[],
    labelSpreading: [] as number[],
  };
  const step = Math.max(1, Math.floor(MAX_PIXELS / width));
  for (let start = 0; start < test.shape[0]; start += step) {
    const asked = flatPixels(slice(test, start, Math.min(test.shape[0], start + step)));
    const { indices } = await nearestNeighbours(asked, known, { k: 1, threads });
    const queries = await projectOnComponents(asked, components, { threads });
    const k = neighbourCount(points.shape[0]);
    const near = await nearestNeighbours(queries, points, { k, threads });
    const add = (name: keyof typeof found, classes: Int32Array) => found[name].push(...classes);
    add("nearestNeighbour", Int32Array.from(indices.data, (row) => labels[row]));
    const probabilities = predictLogisticRegression(asked, regression).data;
    add("logisticRegression", argMaxRows(probabilities, classes));
    add("labelSpreading", argMaxRows(meanOfNeighbours(near.indices, posteriors).data, classes));
  }
  return {
    nearestNeighbour: Int32Array.from(found.nearestNeighbour),
    logisticRegression: Int32Array.from(found.logisticRegression),
    labelSpreading: Int32Array.from(found.labelSpreading),
  };
}

/** Pixels of the graph's images, and of those classified at a time: 32 MB of floats. */
const MAX_PIXELS = 8_000_000;

/** Pixels in [0, 1], `[count, height * width * channels]`. */
function flatPixels(images: Images): NdArray<"float32"> {
  const { data, shape: [count, ...size] } = toFloat32(images);
  return ndarray("float32", [count, sizeOf(size)], data);
}
