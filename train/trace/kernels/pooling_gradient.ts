import { util } from "@tensorflow/tfjs-core";
import { constant, op, type Source } from "../recorder.ts";
import { type Rule, type RuleTable, traced } from "../rule.ts";
import { channelsFirst, restore, spatialAxes } from "./layout.ts";
import { maxPool, pooling2d, pooling3d } from "./pooling.ts";
import { negated, pad, type Window } from "./window.ts";

/** dx[i] = sum of dy over the windows whose first maximum is x[i]. */
function maxGradient(x: Source, dy: Source, { window, shape }: Images): Source {
  const { indices, margins } = maxPool(x, window, { withIndices: true });
  // Positions count through the tensor that the operator was given.
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

/** What a window slides over: its shape, channels last. */
interface Images {
  readonly window: Window;
  readonly shape: readonly number[];
}

/** x with its spatial axes turned round. */
function reverse(x: Source, { window: { inSizes } }: Images): Source {
  const each = (value: number) => inSizes.map(() => value);
  const axes = spatialAxes(inSizes.length + 2, 2);
  return op.Slice(x, each(-1), each(-(2 ** 31)), axes, each(-1));
}

/**
 * dx[i] = sum of dy over the windows that hold x[i], by the window's size. TensorFlow.js divides by
 * the whole size even where a window reaches over the edge.
 */
function averageRule(poolingOf: typeof pooling2d): Rule {
  return ({ dy, input }, attrs) => {
    const { window } = poolingOf(input, attrs);
    const [batch, channels] = [input.shape[0], input.shape.at(-1)!];
    const images = batch * channels;
    const flat = op.Reshape(channelsFirst(dy, "NHWC"), [images, 1, ...window.outSizes]);
    const dx = op.Reshape(spread(flat, window), [batch, channels, ...window.inSizes]);
    return traced(restore(dx, "NHWC", input.shape.length), input.shape);
  };
}

/** Adds each element over its window, in equal parts. */
function spread(dy: Source, window: Window): Source {
  const { kernel, strides, before, after } = window;
  const size = util.sizeFromShape([...kernel]);
  const part = constant("float32", [1, 1, ...kernel], Array(size).fill(1 / size));
  const whole = op.ConvTranspose(dy, part, { kernel_shape: [...kernel], strides: [...strides] });
  return pad(whole, negated([before, after]));
}

/** Gradients of pooling. */
export const poolingGradients: RuleTable = {
  MaxPoolGrad: ({ dy, input }, attrs) => {
    const images = { window: pooling2d(input, attrs).window, shape: input.shape };
    const dx = maxGradient(channelsFirst(input, "NHWC"), channelsFirst(dy, "NHWC"), images);
    return traced(restore(dx, "NHWC", 4), input.shape);
  },
  // Of equal maxima TensorFlow.js takes the last here: the first, seen from the other end. In
  // windows whose height and width differ, it takes some of another place; this does not.
  MaxPool3DGrad: ({ dy, input }, attrs) => {
    const { window } = pooling3d(input, attrs);
    const images = {
      window: { ...window, before: window.after, after: window.before },
      shape: input.shape,
    };
    const [x, dyFirst] = [input, dy].map((each) => reverse(channelsFirst(each, "NDHWC"), images));
    const dx = reverse(maxGradient(x, dyFirst, images), images);
    return traced(restore(dx, "NDHWC", 5), input.shape);
  },
  AvgPoolGrad: averageRule(pooling2d),
  AvgPool3DGrad: averageRule(pooling3d),
};
