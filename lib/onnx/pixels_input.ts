import { ndarray } from "../array/ndarray.ts";
import type { Dim } from "./graph.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { onnxDataType } from "./proto.ts";
import { scaleBytes } from "./scale_bytes.ts";

/** Resampling overshoots [0, 1] by less than this; what lies further outside was not scaled to it. */
const [LOWEST, HIGHEST] = [-0.5, 1.5];

/** What the message of ONNX Runtime calls the operation that fails. */
export const NOT_SCALED =
  "images must be floats from 0 to 1 (classifier_uint8.onnx takes bytes from 0 to 255)";

/**
 * The input `images` of a classifier, as floats in [0, 1]. ONNX has no operator that fails: where a
 * float is far outside, an element beyond the end of a list is read, by an operation whose name says
 * why. Providers that do not look at the end give NaN for all.
 *
 * @param input Floats in [0, 1], or bytes from 0 to 255.
 * @param shape `[batch, height, width, channels]`
 */
export function pixelsInput(
  builder: GraphBuilder,
  input: "float32" | "uint8",
  shape: readonly Dim[],
): Value {
  const images = builder.input("images", input, shape);
  if (input === "uint8") return scaleBytes(builder, images);
  const { op } = builder;
  const floats = (...values: number[]) =>
    builder.constant(ndarray("float32", [values.length], Float32Array.from(values)));
  // Beside a pixel that is always there: of no images there is no largest.
  const over = (reduce: "ReduceMax" | "ReduceMin") => {
    const each = op[reduce](images, { axes: [1, 2, 3], keepdims: 0 });
    return op[reduce](op.Concat(each, floats(0), { axis: 0 }), { axes: [0], keepdims: 1 });
  };
  const isWrong = op.Or(
    op.Greater(over("ReduceMax"), HIGHEST),
    op.Less(over("ReduceMin"), LOWEST),
  );
  const one = op.Gather(floats(1), op.Cast(isWrong, { to: onnxDataType("int64") }), { axis: 0 });
  builder.nameNode(one, NOT_SCALED);
  return op.Mul(images, op.Where(isWrong, floats(NaN), one));
}
