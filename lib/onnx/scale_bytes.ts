import type { GraphBuilder, Value } from "./graph_builder.ts";
import { onnxDataType } from "./proto.ts";

/**
 * Bytes as floats in [0, 1]: divided by 255 and not times 1/255, to be rounded as the division that
 * made the training images. ONNX Runtime broadcasts a scalar along the last axis, an element at a
 * time where grey images have one channel there, which takes 50 times as long as in one row an image.
 */
export function scaleBytes({ op }: GraphBuilder, pixels: Value): Value {
  const rows = op.Cast(op.Flatten(pixels), { to: onnxDataType("float32") });
  return op.Reshape(op.Div(rows, 255), op.Shape(pixels));
}
