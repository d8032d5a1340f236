import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";

/** Decision trees on samples of the points. */
export interface RandomForest {
  readonly trees: readonly Tree[];
  readonly classes: number;
}

/** A tree by nodes; node 0 is the root. */
interface Tree {
  /** The feature that a node asks for; -1 for a leaf. */
  readonly features: Int32Array;
  /** A point goes left where its feature is at most this. */
  readonly thresholds: Float64Array;
  /** The left child, before the right one; of a leaf the row of `shares`. */
  readonly next: Int32Array;
  /** The shares of the classes in each leaf, `[leaves, classes]`. */
  readonly shares: Float32Array;
}

/** Options for {@linkcode fitRandomForest}. */
export interface RandomForestOptions {
  /** The number of classes. */
  classes: number;
  /** @default {100} */
  trees?: number;
  /** Features that are tried for each split. @default {the square root of their number} */
  maxFeatures?: number;
  /** @default {0} */
  seed?: number;
}

/**
 * A random forest (Breiman, "Random Forests", 2001): full trees on bootstrap samples, split where the
 * Gini impurity falls most, with the defaults of scikit-learn's `RandomForestClassifier`.
 *
 * @param points `[count, features]`
 * @param labels The class of each, from 0.
 */
export function fitRandomForest(
  points: NdArray<"float32">,
  labels: ArrayLike<number>,
  {
    classes,
    trees = 100,
    maxFeatures = Math.max(1, Math.floor(Math.sqrt(points.shape[1]))),
    seed = 0,
  }: RandomForestOptions,
): RandomForest {
  const columns = rankColumns(points);
  const random = new Random(seed, "random forest");
  const grown = Array.from(
    { length: trees },
    () => growTree(columns, labels, { classes, maxFeatures, random }),
  );
  return { trees: grown, classes };
}

/** Probabilities of points `[count, features]`: the mean over the trees, `[count, classes]`. */
export function predictRandomForest(
  { data, shape: [count, features] }: NdArray<"float32">,
  { trees, classes }: RandomForest,
): NdArray<"float32"> {
  const probabilities = new Float32Array(count * classes);
  for (const tree of trees) {
    for (let row = 0; row < count; row++) {
      let node = 0;
      while (tree.features[node] >= 0) {
        const isRight = data[row * features + tree.features[node]] > tree.thresholds[node];
        node = tree.next[node] + Number(isRight);
      }
      const leaf = tree.next[node] * classes;
      for (let c = 0; c < classes; c++) {
        probabilities[row * classes + c] += tree.shares[leaf + c] / trees.length;
      }
    }
  }
  return ndarray("float32", [count, classes], probabilities);
}

/** A feature of all points, as ranks of its distinct values. */
interface Column {
  readonly ranks: Uint32Array;
  readonly values: Float32Array;
}

function rankColumns({ data, shape: [count, features] }: NdArray<"float32">): Column[] {
  return Array.from({ length: features }, (_, j) => {
    const column = Float32Array.from({ length: count }, (_, i) => data[i * features + j]);
    const values = Float32Array.from(new Set(column.toSorted()));
    const rankOf = new Map(Array.from(values, (value, rank) => [value, rank]));
    return { values, ranks: Uint32Array.from(column, (value) => rankOf.get(value)!) };
  });
}

interface GrowOptions {
  classes: number;
  maxFeatures: number;
  random: Random;
}

function growTree(
  columns: readonly Column[],
  labels: ArrayLike<number>,
  { classes, maxFeatures, random }: GrowOptions,
): Tree {
  const count = labels.length;
  const rows = Uint32Array.from({ length: count }, () => random.integer(count));
  const order = Uint32Array.from(columns, (_, j) => j);
  const keys = new Uint32Array(count);
  const nodes = { features: [-1], thresholds: [0], next: [0] };
  const shares: number[] = [];
  const open = [{ node: 0, start: 0, end: count }];
  while (open.length > 0) {
    const { node, start, end } = open.pop()!;
    const counts = new Float64Array(classes);
    for (let i = start; i < end; i++) counts[labels[rows[i]]]++;
    const split = counts.includes(end - start)
      ? undefined
      : bestSplit(rows.subarray(start, end), counts, {
        columns,
        labels,
        order,
        keys: keys.subarray(0, end - start),
        maxFeatures,
        random,
      });
    if (split === undefined) {
      nodes.next[node] = shares.length / classes;
      for (const value of counts) shares.push(value / (end - start));
      continue;
    }
    const { ranks, values } = columns[split.feature];
    let middle = start;
    for (let i = start; i < end; i++) {
      const row = rows[i];
      if (ranks[row] > split.rank) continue;
      rows[i] = rows[middle];
      rows[middle++] = row;
    }
    const left = nodes.features.length;
    nodes.features[node] = split.feature;
    nodes.thresholds[node] = (values[split.rank] + values[split.above]) / 2;
    nodes.next[node] = left;
    nodes.features.push(-1, -1);
    nodes.thresholds.push(0, 0);
    nodes.next.push(0, 0);
    open.push({ node: left + 1, start: middle, end }, { node: left, start, end: middle });
  }
  return {
    features: Int32Array.from(nodes.features),
    thresholds: Float64Array.from(nodes.thresholds),
    next: Int32Array.from(nodes.next),
    shares: Float32Array.from(shares),
  };
}

/**
 * The best split of a node: after `rank` of a feature, whose next value in the node is `above`. As
 * many features are tried as asked for, those that do not vary aside.
 */
function bestSplit(
  rows: Uint32Array,
  counts: Float64Array,
  { columns, labels, order, keys, maxFeatures, random }: {
    columns: readonly Column[];
    labels: ArrayLike<number>;
    order: Uint32Array;
    keys: Uint32Array;
    maxFeatures: number;
    random: Random;
  },
): { feature: number; rank: number; above: number } | undefined {
  const classes = counts.length;
  let best: { feature: number; rank: number; above: number } | undefined;
  let bestScore = -Infinity;
  for (let tried = 0, at = 0; at < order.length && tried < maxFeatures; at++) {
    const other = at + random.integer(order.length - at);
    [order[at], order[other]] = [order[other], order[at]];
    const feature = order[at];
    const { ranks } = columns[feature];
    // A rank with its class in one number, which sorts without a comparison function.
    for (let i = 0; i < rows.length; i++) keys[i] = ranks[rows[i]] * classes + labels[rows[i]];
    keys.sort();
    const left = new Float64Array(classes);
    const right = counts.slice();
    // Impurity is lowest where the squared counts of both sides, over their sizes, are largest.
    let leftSquares = 0;
    let rightSquares = right.reduce((sum, value) => sum + value * value, 0);
    let rank = Math.floor(keys[0] / classes);
    const last = Math.floor(keys[keys.length - 1] / classes);
    if (rank === last) continue;
    tried++;
    for (let i = 0; rank < last; i++) {
      const label = keys[i] % classes;
      leftSquares += 2 * left[label]++ + 1;
      rightSquares -= 2 * right[label]-- - 1;
      const above = Math.floor(keys[i + 1] / classes);
      if (above === rank) continue;
      const score = leftSquares / (i + 1) + rightSquares / (keys.length - i - 1);
      if (score > bestScore) {
        bestScore = score;
        best = { feature, rank, above };
      }
      rank = above;
    }
  }
  return best;
}
