import { ndarray } from "../array/ndarray.ts";
import type { GraphBuilder, Value } from "../onnx/graph_builder.ts";
import { BINS, cellsOf, CLIP, EPSILON } from "./hog.ts";

/**
 * Appends `histogramsOfGradients()` to a graph.
 *
 * @param images `[batch, height, width, channels]`, pixels in [0, 1].
 * @param shape `[height, width, channels]`, at least two cells each way.
 * @returns `[batch, blocks * 36]`
 */
export function appendHistograms(
  builder: GraphBuilder,
  images: Value,
  [height, width, channels]: readonly number[],
): Value {
  const { op } = builder;
  const { rows, columns } = cellsOf([height, width]);
  const size = height * width;
  const padded = op.Pad(images, [0, 1, 1, 0, 0, 1, 1, 0], null, { mode: "edge" });
  const part = (y: number, x: number, channel: number) =>
    op.Reshape(
      op.Slice(padded, [y, x, channel], [y + height, x + width, channel + 1], [1, 2, 3]),
      [-1, size],
    );
  const gradients = Array.from({ length: channels }, (_, channel) => {
    const x = op.Sub(part(1, 2, channel), part(1, 0, channel));
    const y = op.Sub(part(2, 1, channel), part(0, 1, channel));
    return { x, y, square: op.Add(op.Mul(x, x), op.Mul(y, y)) };
  });
  const { x, y, square } = gradients.reduce((best, other) => {
    const larger = op.Greater(other.square, best.square);
    return {
      x: op.Where(larger, other.x, best.x),
      y: op.Where(larger, other.y, best.y),
      square: op.Where(larger, other.square, best.square),
    };
  });
  const magnitude = op.Sqrt(square);
  // Upright gradients have no slope: a tiny run gives one that is as good as infinite.
  const slope = op.Div(y, op.Where(op.Equal(x, 0), 1e-20, x));
  const angle = op.Mul(op.Atan(slope), BINS / Math.PI);
  const place = op.Where(op.Less(angle, 0), op.Add(angle, BINS), angle);
  // Each bin takes magnitude * relu(1 - |place - bin|); one turn on is the first bin again.
  const pooling = builder.constant(cellMeans([height, width]));
  const moment = op.Mul(place, magnitude);
  const bins = Array.from({ length: BINS + 1 }, (_, bin) => {
    const distance = op.Abs(op.Sub(moment, op.Mul(magnitude, bin)));
    return op.MatMul(op.Relu(op.Sub(magnitude, distance)), pooling);
  });
  const [first, ...others] = bins.slice(0, BINS);
  const cells = op.Concat(op.Add(first, bins[BINS]), ...others, { axis: 1 });
  const blocks = (rows - 1) * (columns - 1);
  const order = blockOrder(rows, columns);
  const indices = builder.constant(ndarray("int64", [order.length], order));
  const gathered = op.Reshape(op.Gather(cells, indices, { axis: 1 }), [-1, blocks, 4 * BINS]);
  const normalize = (values: Value) => {
    const squares = op.ReduceSum(op.Mul(values, values), [2], { keepdims: 1 });
    return op.Div(values, op.Sqrt(op.Add(squares, EPSILON)));
  };
  const clipped = op.Min(normalize(gathered), CLIP);
  return op.Reshape(normalize(clipped), [-1, blocks * 4 * BINS]);
}

/** Takes pixels to the means of cells, `[height * width, rows * columns]`. */
function cellMeans([height, width]: readonly number[]) {
  const { cell, rows, columns } = cellsOf([height, width]);
  const means = new Float32Array(height * width * rows * columns);
  for (let y = 0; y < rows * cell; y++) {
    for (let x = 0; x < columns * cell; x++) {
      const at = Math.floor(y / cell) * columns + Math.floor(x / cell);
      means[(y * width + x) * rows * columns + at] = 1 / (cell * cell);
    }
  }
  return ndarray("float32", [height * width, rows * columns], means);
}

/** Where the bins of the four cells of each block stand in `[bin, cell]`, block by block. */
function blockOrder(rows: number, columns: number): BigInt64Array {
  const order: bigint[] = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      for (let part = 0; part < 4; part++) {
        const at = (row + (part >> 1)) * columns + column + part % 2;
        for (let bin = 0; bin < BINS; bin++) order.push(BigInt(bin * rows * columns + at));
      }
    }
  }
  return BigInt64Array.from(order);
}
