import { type NdArray, ndarray } from "../array/ndarray.ts";
import { slice } from "../array/rows.ts";
import { GraphBuilder } from "../onnx/graph_builder.ts";
import { BASE_OPSET } from "../onnx/opset.ts";
import { onnxDataType } from "../onnx/tensor_proto.ts";
import { createSession } from "../runtime/session.ts";

/** The nearest points of each query, the nearest first. */
export interface Neighbours {
  /** Rows of the reference points, `[queries, k]`. */
  readonly indices: NdArray<"int32">;
  /** Squared Euclidean distances, `[queries, k]`. */
  readonly squaredDistances: NdArray<"float32">;
}

/** Options for {@linkcode nearestNeighbours}. */
export interface NearestNeighboursOptions {
  /** Neighbours of each query; fewer where there are fewer points. @default {10} */
  k?: number;
  /** The queries are the reference points, and no point is its own neighbour. @default {false} */
  excludeSelf?: boolean;
  /** Threads of ONNX Runtime, 0 for all cores. @default {0} */
  threads?: number;
}

/** Distances held at once: 32 MB. */
const BLOCK = 8_000_000;

/**
 * Exact nearest neighbours: `|q|² - 2 q·r + |r|²` for all pairs, a block of queries at a time, in
 * ONNX Runtime (10,000 by 10,000 points of 178 features take about a second on two cores).
 *
 * @param queries `[queries, features]`
 * @param references `[points, features]`
 */
export async function nearestNeighbours(
  queries: NdArray<"float32">,
  references: NdArray<"float32">,
  { k = 10, excludeSelf = false, threads = 0 }: NearestNeighboursOptions = {},
): Promise<Neighbours> {
  const [count] = queries.shape;
  const [points] = references.shape;
  const found = Math.min(k, points - (excludeSelf ? 1 : 0));
  const searched = found + (excludeSelf ? 1 : 0);
  const session = await createSession(
    { graph: searchGraph(searched), opset: BASE_OPSET },
    { threads },
  );
  const squares = squaredNorms(references);
  const negative = ndarray("float32", [1, points], squares.map((square) => -square));
  const querySquares = squaredNorms(queries);
  const indices = new Int32Array(count * found);
  const distances = new Float32Array(count * found);
  const step = Math.max(1, Math.floor(BLOCK / points));
  try {
    for (let start = 0; start < count; start += step) {
      const end = Math.min(count, start + step);
      const block = slice(queries, start, end);
      const { scores, rows } = await session.run({ queries: block, references, negative });
      for (let query = start; query < end; query++) {
        const from = (query - start) * searched;
        for (let i = 0, to = 0; to < found; i++) {
          const row = Number(rows.data[from + i]);
          // A point may be missing from its own list where others lie on top of it.
          if (excludeSelf && row === query) continue;
          const square = querySquares[query] - Number(scores.data[from + i]);
          indices[query * found + to] = row;
          distances[query * found + to++] = Math.max(0, square);
        }
      }
    }
  } finally {
    await session.release();
  }
  return {
    indices: ndarray("int32", [count, found], indices),
    squaredDistances: ndarray("float32", [count, found], distances),
  };
}

/** `2 q·r - |r|²`, largest first. */
function searchGraph(k: number) {
  const builder = new GraphBuilder({ name: "nearest_neighbours" });
  const queries = builder.input("queries", "float32", ["queries", "features"]);
  const references = builder.input("references", "float32", ["points", "features"]);
  const negative = builder.input("negative", "float32", [1, "points"]);
  const scores = builder.op.Gemm(queries, references, negative, { alpha: 2, transB: 1 });
  const [best, rows] = builder.node("TopK", [scores, [k]], {}, 2);
  builder.output("scores", best, "float32", ["queries", k]);
  const small = builder.op.Cast(rows, { to: onnxDataType("int32") });
  builder.output("rows", small, "int32", ["queries", k]);
  return builder.build();
}

function squaredNorms({ data, shape: [count, features] }: NdArray<"float32">): Float32Array {
  const squares = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < features; j++) sum += data[i * features + j] ** 2;
    squares[i] = sum;
  }
  return squares;
}
