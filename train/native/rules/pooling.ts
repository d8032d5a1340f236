import { sizeOf } from "../../../lib/array/ndarray.ts";
import { type Pooling, poolingOf } from "../../record/kernels/pooling.ts";
import type { View } from "../program/ir.ts";
import { cast } from "./elementwise.ts";
import type { CRule, CRuleTable } from "./rule.ts";
import { threeAxes, type Window3 } from "./window.ts";

function windowOf({ shape }: View, attrs: unknown): Window3 {
  const { window }: Pooling = poolingOf({ shape } as Parameters<typeof poolingOf>[0], attrs);
  return threeAxes(window);
}

/** What TensorFlow.js passes on as it is, wherever the strides and the padding would lead. */
function isIdentity({ kernel, inSizes, outSizes }: Window3, rank: number): boolean {
  return rank === 4 && sizeOf(kernel) === 1 && `${inSizes}` === `${outSizes}`;
}

/** What the C function of a kernel is called with, for an image: its operands and its result. */
type Call = (operands: readonly string[], result: string, window: Window3) => string;

/**
 * Runs a C function for each image: of `loops.c`, with the window as `w`.
 *
 * @param of The tensors that it reads, by name.
 */
function pooling(label: string, of: readonly string[], call: Call): CRule {
  const isGradient = of.length > 1 || of[0] === "dy";
  return (b, inputs, attrs, [{ shape, dtype }]) => {
    const x = inputs.x ?? inputs.input;
    const window = windowOf(x, attrs);
    if (!isGradient && isIdentity(window, x.shape.length)) return x;
    const { kernel, strides, before, inSizes, outSizes } = window;
    const [count, channels] = [x.shape[0], x.shape.at(-1)!];
    const operands = of.map((name) => b.whole(cast(b, inputs[name], "float32")));
    const image = (name: string, { shape }: { shape: readonly number[] }) =>
      `${name} + n * ${sizeOf(shape.slice(1))}L`;
    const size = sizeOf(shape.slice(1));
    const [result] = b.call({
      label,
      operands,
      work: { rows: count },
      byRow: operands.map(() => true),
      scratch: 8 * channels,
      body: ({ operands: names, results: [y] }) =>
        `static const struct window window = { ${
          [inSizes, outSizes, kernel, strides, before].map((each) => `{ ${each} }`).join(", ")
        }, ${channels} }, *const w = &window;
for (long n = from; n < to; n++) {
  ${isGradient ? `memset(${y} + n * ${size}L, 0, sizeof(float) * ${size});` : ""}
  ${call(names.map((name, i) => image(name, operands[i])), image(y, { shape }), window)};
}`,
    }, [{ shape }]);
    return cast(b, result, dtype);
  };
}

const maximum = pooling("pooling", ["x"], ([x], y) => `pool_max(w, ${x}, ${y})`);

/** Where a window is outside of x, TensorFlow.js gives NaN in two dimensions and 0 in three. */
const average = (least: number) =>
  pooling("pooling", ["x"], ([x], y) => `pool_average(w, ${least}, ${x}, ${y})`);

/** To the first maximum of a window; in three dimensions to the last. */
const maximumGradient = (last: 0 | 1) =>
  pooling(
    "pooling_back",
    ["input", "dy"],
    ([x, dy], dx) => `pool_max_back(w, ${last}, ${x}, ${dy}, ${dx}, scratch)`,
  );

/** By the window's size, over the edge or not. */
const averageGradient = pooling(
  "pooling_back",
  ["dy"],
  ([dy], dx, { kernel }) => `pool_average_back(w, 1.0f / ${sizeOf(kernel)}, ${dy}, ${dx})`,
);

/** Pooling and its gradients. */
export const poolings: CRuleTable = {
  MaxPool: maximum,
  MaxPool3D: maximum,
  AvgPool: average(0),
  AvgPool3D: average(1),
  MaxPoolGrad: maximumGradient(0),
  MaxPool3DGrad: maximumGradient(1),
  AvgPoolGrad: averageGradient,
  AvgPool3DGrad: averageGradient,
};
