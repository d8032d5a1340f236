import { util } from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { constant, op, recordOperation, type Source } from "../recording/operation.ts";
import { type Inputs, recorded, type Rule, type RuleTable } from "../recording/recorded.ts";
import { channelsFirst, restore, reversed, spatialAxes } from "./layout.ts";
import { maxPool, poolingOf } from "./pooling.ts";
import { firsts, type Margins, negated, pad, type Window } from "./window.ts";

/** dx[i] = sum of dy over the windows whose first maximum is x[i]. */
function maxGradient(x: Source, dy: Source, { window, shape }: Images): Source {
  const { indices, margins } = maxPool(x, window, { withIndices: true });
  // Positions count through the operand of the operator, which may be padded.
  const [before, after] = margins;
  const [batch, channels] = [shape[0], shape.at(-1)!];
  const sizes = window.inSizes.map((size, i) => size + before[i] + after[i]);
  const dx = op.ScatterElements(
    op.Expand(0, [batch * channels * util.sizeFromShape(sizes)]),
    op.Reshape(indices!, [-1]),
    op.Reshape(dy, [-1]),
    { reduction: "add" },
  );
  return pad(op.Reshape(dx, [batch, channels, ...sizes]), negated(margins));
}

/** Up to how many elements of a window are compared one by one: each takes some operations. */
const MOST_COMPARED = 16;

/** Whether windows lie side by side. */
function isTiled({ kernel, strides }: Window): boolean {
  return util.arraysEqual([...kernel], [...strides]);
}

/**
 * The same for windows side by side: dx[i] = dy[p] where x[i] is the first to equal the maximum y[p],
 * else 0; a window whose maximum is NaN gives 0 to all. No positions are needed, which the operator writes
 * slowly, and no scattering.
 */
function tiledMaxGradient({ dy, input, output }: Inputs, { window, shape }: Images): Source {
  const [high, wide] = window.kernel;
  const [batch, channels] = [shape[0], shape.at(-1)!];
  const [rows, places] = [batch * channels * window.outSizes[0], window.outSizes[1]];
  const margins: Margins = [window.before, window.after];
  const x = pad(channelsFirst(input, "NHWC"), margins, { fill: -Infinity });
  const [y, gradient] = [output, dy].map((each) =>
    op.Reshape(channelsFirst(each, "NHWC"), [1, 1, rows * places])
  );
  // Rows of windows apart, and in each the columns. ONNX Runtime would move a transpose behind the
  // comparison, where columns would be compared one by one; not past a new shape.
  const lines = split(op.Reshape(x, [rows, high, places * wide]), 1, high);
  const isMaximum = lines.flatMap((line) => {
    const columns = op.Transpose(op.Reshape(line, [rows * places, wide]), { perm: [1, 0] });
    return split(op.Equal(op.Reshape(columns, [1, wide, rows * places]), y), 1, wide);
  });
  const isFirst = firsts(isMaximum);
  const ownLines = lines.map((_, i) => {
    const isChosen = concat(isFirst.slice(i * wide, (i + 1) * wide), 1);
    const own = op.Mul(op.Cast(isChosen, { to: onnxDataType("float32") }), gradient);
    const line = op.Transpose(op.Reshape(own, [wide, rows * places]), { perm: [1, 0] });
    return op.Reshape(line, [rows, 1, places * wide]);
  });
  const sizes = window.outSizes.map((size, i) => size * window.kernel[i]);
  const dx = op.Reshape(concat(ownLines, 1), [batch, channels, ...sizes]);
  return pad(dx, negated(margins));
}

/** The parts of an axis, of one element each. */
function split(x: Source, axis: number, size: number): Source[] {
  return size === 1 ? [x] : recordOperation("Split", [x, Array(size).fill(1)], { axis }, size);
}

function concat(parts: readonly Source[], axis: number): Source {
  return parts.length === 1 ? parts[0] : op.Concat(...parts, { axis });
}

/** What a window slides over: its shape, channels last. */
interface Images {
  readonly window: Window;
  readonly shape: readonly number[];
}

/**
 * dx[i] = sum of dy over the windows that hold x[i], by the window's size. TensorFlow.js divides by
 * the whole size even where a window reaches over the edge.
 */
const averageRule: Rule = ({ dy, input }, attrs) => {
  const { window } = poolingOf(input, attrs);
  const images = { window, shape: input.shape };
  const whole = (isTiled(window) ? repeat : spread)(channelsFirst(dy, "NHWC"), images);
  const dx = pad(whole, negated([window.before, window.after]));
  return recorded(restore(dx, "NHWC", input.shape.length), input.shape);
};

/** Adds each element over its window, in equal parts. */
function spread(dy: Source, { window: { kernel, strides, outSizes }, shape }: Images): Source {
  const [batch, channels] = [shape[0], shape.at(-1)!];
  const size = util.sizeFromShape([...kernel]);
  const part = constant("float32", [1, 1, ...kernel], Array(size).fill(1 / size));
  const flat = op.Reshape(dy, [batch * channels, 1, ...outSizes]);
  const whole = op.ConvTranspose(flat, part, { kernel_shape: [...kernel], strides: [...strides] });
  const sizes = kernel.map((size, i) => (outSizes[i] - 1) * strides[i] + size);
  return op.Reshape(whole, [batch, channels, ...sizes]);
}

/** The same for windows side by side: each part, once for every element of its window. */
function repeat(dy: Source, { window: { kernel } }: Images): Source {
  const part = op.Mul(dy, 1 / util.sizeFromShape([...kernel]));
  const scales = constant("float32", [kernel.length + 2], [1, 1, ...kernel]);
  return op.Resize(part, null, scales, {
    mode: "nearest",
    nearest_mode: "floor",
    coordinate_transformation_mode: "asymmetric",
  });
}

/** Gradients of pooling. */
export const poolingGradients: RuleTable = {
  MaxPoolGrad: ({ dy, input, output }, attrs) => {
    const images = { window: poolingOf(input, attrs).window, shape: input.shape };
    const isCompared = isTiled(images.window) &&
      util.sizeFromShape([...images.window.kernel]) <= MOST_COMPARED;
    const dx = isCompared
      ? tiledMaxGradient({ dy, input, output }, images)
      : maxGradient(channelsFirst(input, "NHWC"), channelsFirst(dy, "NHWC"), images);
    return recorded(restore(dx, "NHWC", 4), input.shape);
  },
  // Of equal maxima TensorFlow.js takes the last here: the first, seen from the other end. In
  // windows whose height and width differ, it takes some of another place; this does not.
  MaxPool3DGrad: ({ dy, input }, attrs) => {
    const { window } = poolingOf(input, attrs);
    const images = {
      window: { ...window, before: window.after, after: window.before },
      shape: input.shape,
    };
    const turned = (each: Source) => reversed(each, spatialAxes(5, 2));
    const [x, dyFirst] = [input, dy].map((each) => turned(channelsFirst(each, "NDHWC")));
    const dx = turned(maxGradient(x, dyFirst, images));
    return recorded(restore(dx, "NDHWC", 5), input.shape);
  },
  AvgPoolGrad: averageRule,
  AvgPool3DGrad: averageRule,
};
