import { ndarray } from "../array/ndarray.ts";
import type { GraphBuilder, Value } from "../onnx/graph_builder.ts";
import { COLOUR_LEVELS } from "./colours.ts";

/**
 * Appends `colourHistograms()` to a graph.
 *
 * @param images `[batch, height, width, 3]`, pixels in [0, 1].
 * @param shape `[height, width, 3]`
 * @returns `[batch, 125]`
 */
export function appendColours(
  builder: GraphBuilder,
  images: Value,
  [height, width]: readonly number[],
): Value {
  const { op } = builder;
  const pixels = height * width;
  const levels = builder.constant(
    ndarray("float32", [COLOUR_LEVELS], Float32Array.from({ length: COLOUR_LEVELS }, (_, i) => i)),
  );
  // A pixel counts at a level as far as it is less than one level away, `[batch, pixels, 3, 5]`.
  const places = op.Mul(op.Reshape(images, [-1, pixels, 3, 1]), COLOUR_LEVELS - 1);
  const shares = op.Relu(op.Sub(1, op.Abs(op.Sub(places, levels))));
  const channel = (c: number, shape: readonly number[]) =>
    op.Reshape(op.Slice(shares, [c], [c + 1], [2]), shape);
  const redGreen = op.Reshape(
    op.Mul(
      channel(0, [-1, pixels, COLOUR_LEVELS, 1]),
      channel(1, [-1, pixels, 1, COLOUR_LEVELS]),
    ),
    [-1, pixels, COLOUR_LEVELS ** 2],
  );
  const counts = op.MatMul(
    op.Transpose(redGreen, { perm: [0, 2, 1] }),
    channel(2, [-1, pixels, COLOUR_LEVELS]),
  );
  return op.Sqrt(op.Reshape(op.Div(counts, pixels), [-1, COLOUR_LEVELS ** 3]));
}
