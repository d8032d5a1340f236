import { ndarray } from "../array/ndarray.ts";
import type { GraphBuilder, Value } from "../onnx/graph_builder.ts";

/**
 * Appends `deskew()` to a graph, so that an ONNX file takes images as they are: moments of each image
 * as products with fixed weights, then a bilinear sampling of affine coordinates.
 *
 * @param images Grey images `[batch, height, width, 1]`, pixels in [0, 1].
 * @returns Images of the same shape.
 */
export function appendDeskew(
  builder: GraphBuilder,
  images: Value,
  [height, width]: readonly number[],
): Value {
  const { op } = builder;
  const size = height * width;
  const middleX = (width - 1) / 2, middleY = (height - 1) / 2;
  const grid = (at: (x: number, y: number) => number) =>
    Float32Array.from({ length: size }, (_, i) => {
      return at(i % width - middleX, Math.floor(i / width) - middleY);
    });
  // Relative to the middle of the image, so that little is lost where squares are subtracted.
  const sums = [() => 1, (x: number) => x, (_: number, y: number) => y]
    .concat([(x, y) => x * y, (_, y) => y * y]).map(grid);
  const weights = new Float32Array(size * sums.length);
  sums.forEach((sum, j) => sum.forEach((value, i) => weights[i * sums.length + j] = value));
  const totals = op.MatMul(
    op.Reshape(images, [-1, size]),
    builder.constant(ndarray("float32", [size, sums.length], weights)),
  );
  const [mass, x, y, xy, yy] = builder.node("Split", [totals, [1, 1, 1, 1, 1]], { axis: 1 }, 5);
  // Without mass nothing moves.
  const safe = op.Max(mass, 1e-6);
  const [meanX, meanY] = [op.Div(x, safe), op.Div(y, safe)];
  const covariance = op.Sub(op.Div(xy, safe), op.Mul(meanX, meanY));
  const variance = op.Sub(op.Div(yy, safe), op.Mul(meanY, meanY));
  const slant = op.Clip(op.Div(covariance, op.Max(variance, 1e-6)), -1, 1);
  const row = (values: Float32Array) => builder.constant(ndarray("float32", [1, size], values));
  const [offsetX, offsetY] = [row(grid((x) => x)), row(grid((_, y) => y))];
  const fromX = op.Add(op.Add(meanX, offsetX), op.Mul(slant, offsetY));
  const fromY = op.Add(meanY, offsetY);
  // GridSample counts from -1, the edge of the first pixel, to 1, that of the last.
  const places = builder.node("Concat", [
    op.Reshape(op.Mul(fromX, 2 / width), [-1, height, width, 1]),
    op.Reshape(op.Mul(fromY, 2 / height), [-1, height, width, 1]),
  ], { axis: 3 })[0];
  const straight = op.GridSample(op.Reshape(images, [-1, 1, height, width]), places, {
    mode: "bilinear",
    padding_mode: "zeros",
    align_corners: 0,
  });
  return op.Reshape(straight, [-1, height, width, 1]);
}
