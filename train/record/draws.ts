import { Random } from "../../lib/array/random.ts";
import { type Graph, isGraph, onnxDataType } from "../../lib/onnx/mod.ts";
import { op, record, type Source } from "./recorder.ts";

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

/** What most noise is made of. */
export const UNIT: Distribution = { kind: "randomUniform", low: 0, high: 1 };

/** The operators that draw random numbers. */
export const DRAWING: ReadonlySet<string> = new Set([
  "Bernoulli",
  "Multinomial",
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
]);

/** Whether a graph draws random numbers, its subgraphs included. */
export function hasDraws({ nodes }: Graph): boolean {
  return nodes.some(({ opType, attributes }) =>
    DRAWING.has(opType) || Object.values(attributes).filter(isGraph).some(hasDraws)
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
      const isSeed = name === "seed" && DRAWING.has(node.opType);
      return [name, isSeed ? epochSeed(Number(value), epoch) : value];
    });
    return { ...node, attributes: Object.fromEntries(attributes) };
  });
  return { ...graph, nodes };
}

function epochSeed(seed: number, epoch: number): number {
  return 1 + new Random(Math.trunc(seed), `draws ${epoch}`).integer(SEED_LIMIT - 1);
}

/** How often a truncated normal number is drawn again: 0.0455^7 is one in 2 10^9. */
const REDRAWS = 6;

/** Numbers that are drawn where the graph runs, from a seed below 2^24. */
export function drawFrom(
  distribution: Distribution,
  { shape, seed }: { shape: readonly number[]; seed: number },
): Source {
  const dtype = onnxDataType("float32");
  // Like a tensor, and not of a shape: that is an operand, which may follow a free batch size.
  const like = (sizes: readonly number[]) => op.ConstantOfShape([...sizes]);
  if (distribution.kind === "randomUniform") {
    const { low, high } = distribution;
    return op.RandomUniformLike(like(shape), { dtype, seed, low, high });
  }
  const { kind, mean, stddev } = distribution;
  if (kind === "randomNormal") {
    return op.RandomNormalLike(like(shape), { dtype, seed, mean, scale: stddev });
  }
  // All from one stream: those of neighbouring seeds are not independent.
  const count = 1 + REDRAWS;
  const draws = record(
    "Split",
    [
      op.RandomNormalLike(like([count, ...shape]), { dtype, seed, mean: 0, scale: 1 }),
      Array(count).fill(1),
    ],
    { axis: 0 },
    count,
  );
  const chosen = draws.reduceRight((later, value) =>
    op.Where(op.Less(op.Abs(value), 2), value, later)
  );
  const truncated = op.Squeeze(op.Clip(chosen, -2, 2), [0]);
  return op.Add(op.Mul(truncated, stddev), mean);
}
