import { Random } from "../../../lib/array/random.ts";
import { type Graph, isGraph, operatorOf } from "../../../lib/onnx/mod.ts";

/** Numbers spread evenly over [low, high). */
export interface Uniform {
  readonly kind: "randomUniform";
  readonly low: number;
  readonly high: number;
}

/** Normal numbers; the truncated lie within two deviations of the mean. */
export interface Normal {
  readonly kind: "randomNormal" | "truncatedNormal";
  readonly mean: number;
  readonly stddev: number;
}

/** How numbers are spread; a kind has the name of the op of TensorFlow.js that draws so. */
export type Distribution = Uniform | Normal;

/** Seeds that a graph takes are float32: whole numbers below this. */
export const SEED_LIMIT = 2 ** 24;

/** Numbers that are drawn where the graph runs: a kernel named by its kind, and its attributes. */
export type Drawing = Distribution & {
  readonly shape: readonly number[];
  /** Below {@linkcode SEED_LIMIT}. */
  readonly seed: number;
};

/** The distribution of most noise. */
export const UNIT: Distribution = { kind: "randomUniform", low: 0, high: 1 };

/** Whether a graph draws random numbers, its subgraphs included. */
export function hasDraws({ nodes }: Graph): boolean {
  return nodes.some(({ opType, attributes }) =>
    operatorOf(opType).random || Object.values(attributes).filter(isGraph).some(hasDraws)
  );
}

/**
 * A graph that draws other numbers in each epoch: a session goes on drawing from where it stopped,
 * which a resumed training could not know.
 */
export function reseedDraws(graph: Graph, epoch: number): Graph {
  const nodes = graph.nodes.map((node) => {
    const attributes = Object.entries(node.attributes).map(([name, value]) => {
      if (isGraph(value)) return [name, reseedDraws(value, epoch)];
      const isSeed = name === "seed" && operatorOf(node.opType).random === true;
      return [name, isSeed ? epochSeed(Number(value), epoch) : value];
    });
    return { ...node, attributes: Object.fromEntries(attributes) };
  });
  return { ...graph, nodes };
}

/** The seed of a draw in an epoch. */
export function epochSeed(seed: number, epoch: number): number {
  return 1 + new Random(Math.trunc(seed), `draws ${epoch}`).integer(SEED_LIMIT - 1);
}
