import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Builder } from "../program/builder.ts";
import type { View } from "../program/ir.ts";
import { literal } from "../program/views.ts";
import type { CRuleTable } from "./rule.ts";
import { slice, transpose } from "./shape.ts";

/** The view with a number around it. */
export function pad(
  b: Builder,
  view: View,
  paddings: readonly (readonly [number, number])[],
  fill: string,
): View {
  const x = b.whole(view);
  const shape = view.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]);
  const { dtype } = view.value;
  const last = shape.length - 1;
  const loops = view.shape.slice(0, -1).map((size, axis) =>
    `for (long i${axis} = 0; i${axis} < ${size}; i${axis}++)`
  );
  const index = (sizes: readonly number[], starts: readonly number[]) =>
    sizes.slice(0, -1).reduce(
      (text, size, axis) => `(${text} * ${size} + i${axis} + ${starts[axis]})`,
      "0L",
    ) + ` * ${sizes[last]} + ${starts[last]}`;
  const [padded] = b.call({
    label: "Pad",
    operands: [x],
    work: "serial",
    body: ({ operands: [x], results: [y] }) =>
      `for (long i = 0; i < ${sizeOf(shape)}; i++) ${y}[i] = ${fill};
${loops.join("\n")}
  memcpy(${y} + ${index(shape, paddings.map(([before]) => before))},
         ${x} + ${index(view.shape, paddings.map(() => 0))}, ${view.shape[last]} * sizeof(*${y}));`,
  }, [{ shape, dtype }]);
  return padded;
}

/** Kernels that frame a tensor, or trade space for batch or depth. */
export const pads: CRuleTable = {
  PadV2: (b, { x }, { paddings, constantValue }) =>
    pad(b, x, paddings, literal(Number(constantValue), x.value.dtype)),
  DepthToSpace: (b, { x }, { blockSize: block, dataFormat }, [{ shape }]) => {
    if (dataFormat === "NHWC") {
      const [batch, height, width, depth] = x.shape;
      const split = b.reshape(x, [batch, height, width, block, block, depth / block ** 2]);
      return b.reshape(transpose(split, [0, 1, 3, 2, 4, 5]), shape);
    }
    const [batch, depth, height, width] = x.shape;
    const split = b.reshape(x, [batch, block, block, depth / block ** 2, height, width]);
    return b.reshape(transpose(split, [0, 3, 4, 1, 5, 2]), shape);
  },
  SpaceToBatchND: (b, { x }, { blockShape, paddings }) => {
    const count = sizeOf(blockShape);
    const rest = x.shape.slice(1 + blockShape.length).map((): [number, number] => [0, 0]);
    const padded = pad(b, x, [[0, 0], ...paddings, ...rest], "0");
    const shape = [...padded.shape];
    const split = b.reshape(padded, backend_util.getReshaped(shape, blockShape, count, false));
    const perm = backend_util.getPermuted(split.shape.length, blockShape.length, false);
    return b.reshape(
      transpose(split, perm),
      backend_util.getReshapedPermuted(shape, blockShape, count, false),
    );
  },
  BatchToSpaceND: (b, { x }, { blockShape, crops }) => {
    const count = sizeOf(blockShape);
    const shape = [...x.shape];
    const split = b.reshape(x, backend_util.getReshaped(shape, blockShape, count));
    const perm = backend_util.getPermuted(split.shape.length, blockShape.length);
    const flat = backend_util.getReshapedPermuted(shape, blockShape, count);
    const begin = backend_util.getSliceBeginCoords(crops, blockShape.length);
    const size = backend_util.getSliceSize(flat, crops, blockShape.length);
    const whole = b.reshape(transpose(split, perm), flat);
    return slice(whole, begin, [...size, ...flat.slice(size.length)]);
  },
};
