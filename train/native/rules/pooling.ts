import { sizeOf } from "../../../lib/array/ndarray.ts";
import { type Pooling, poolingOf } from "../../record/kernels/pooling.ts";
import { COMBINES } from "../program/builder.ts";
import type { ValueType, View } from "../program/ir.ts";
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

/**
 * Loops over the places of a window, and in each over its elements that are inside: `place` is run
 * before them, `element` for each, `done` after, then `again` for each. They have the indices `o` of the first channel of a
 * place and `i` of an element, and `inside`, how many elements are.
 */
function slide(
  { kernel, strides, inSizes, outSizes, before }: Window3,
  channels: number,
  { place = "", element, done = "", again = "", backwards = false }: {
    place?: string;
    element: string;
    done?: string;
    /** Run for each element, once all have been seen. */
    again?: string;
    /** Whether elements come from the last one on. */
    backwards?: boolean;
  },
): string {
  const axes = ["d", "r", "s"];
  const limits = axes.map((name, axis) =>
    `const long ${name}0 = ${name} * ${strides[axis]} - ${before[axis]};
const long ${name}1 = ${name}0 < 0 ? 0 : ${name}0;
const long ${name}2 = ${name}0 + ${kernel[axis]} < ${inSizes[axis]} ? ${name}0 + ${
      kernel[axis]
    } : ${inSizes[axis]};`
  );
  const loops = axes.map((name) =>
    backwards
      ? `for (long ${name}i = ${name}2 - 1; ${name}i >= ${name}1; ${name}i--)`
      : `for (long ${name}i = ${name}1; ${name}i < ${name}2; ${name}i++)`
  );
  const each = (statement: string) =>
    `${loops.join("\n  ")} {
    const long i = (((n * ${inSizes[0]} + di) * ${inSizes[1]} + ri) * ${
      inSizes[2]
    } + si) * ${channels};
    ${statement}
  }`;
  return `${
    axes.map((name, axis) => `for (long ${name} = 0; ${name} < ${outSizes[axis]}; ${name}++)`).join(
      "\n",
    )
  } {
  const long o = ((n * ${outSizes[0]} + d) * ${outSizes[1]} + r) * ${
    outSizes[2]
  } * ${channels} + s * ${channels};
  ${limits.join("\n")}
  const long inside = (d2 - d1) * (r2 - r1) * (s2 - s1);
  (void)inside;
  ${place}
  ${each(element)}
  ${done}
  ${again === "" ? "" : each(again)}
}`;
}

const simd = (channels: number, statement: string) =>
  `#pragma omp simd
  for (long c = 0; c < ${channels}; c++) ${statement}`;

/** y[p] over k of x[p stride + k], of those k that are inside. */
function pooling(
  of: (
    x: string,
    y: string,
    channels: number,
    dtype: ValueType,
  ) => { place: string; element: string; done?: string },
): CRule {
  return (b, { x }, attrs, [result]) => {
    const window = windowOf(x, attrs);
    if (isIdentity(window, x.shape.length)) return x;
    const [count, channels] = [x.shape[0], x.shape.at(-1)!];
    const [y] = b.call({
      label: "pooling",
      operands: [b.whole(x)],
      work: { rows: count },
      byRow: [true],
      body: ({ operands: [x], results: [y] }) =>
        `for (long n = from; n < to; n++)
${slide(window, channels, of(x, y, channels, result.dtype))}`,
    }, [result]);
    return y;
  };
}

const maximum = pooling((x, y, channels, dtype) => ({
  place: simd(channels, `${y}[o + c] = ${COMBINES.max.start[dtype]};`),
  element: simd(channels, `${y}[o + c] = ${x}[i + c] > ${y}[o + c] ? ${x}[i + c] : ${y}[o + c];`),
}));

/** Where a window is outside of x, TensorFlow.js gives NaN in two dimensions and 0 in three. */
function average(least: number): CRule {
  return pooling((x, y, channels) => ({
    place: simd(channels, `${y}[o + c] = 0;`),
    element: simd(channels, `${y}[o + c] += ${x}[i + c];`),
    done: `const float size = inside < ${least} ? ${least} : inside;
  ${simd(channels, `${y}[o + c] /= size;`)}`,
  }));
}

/** dx[i] = sum of dy over the windows whose first maximum is x[i]; the last, from the other end. */
function maximumGradient(backwards: boolean): CRule {
  return (b, { dy, input }, attrs, [result]) => {
    const window = windowOf(input, attrs);
    const [count, channels] = [input.shape[0], input.shape.at(-1)!];
    const size = sizeOf(window.inSizes) * channels;
    const [dx] = b.call({
      label: "pooling_back",
      operands: [b.whole(dy), b.whole(input)],
      work: { rows: count },
      byRow: [true, true],
      scratch: 8 * channels,
      body: ({ operands: [dy, x], results: [dx] }) =>
        `float *best = (float *)scratch;
int32_t *where = (int32_t *)(best + ${channels});
for (long n = from; n < to; n++) {
memset(${dx} + n * ${size}L, 0, sizeof(float) * ${size});
${
          slide(window, channels, {
            place: simd(channels, `best[c] = -INFINITY, where[c] = -1;`),
            element: simd(
              channels,
              `{ const int better = ${x}[i + c] > best[c]; best[c] = better ? ${x}[i + c] : best[c]; where[c] = better ? (int32_t)(i - n * ${size}L) : where[c]; }`,
            ),
            again: simd(
              channels,
              `${dx}[i + c] += where[c] == (int32_t)(i - n * ${size}L) ? ${dy}[o + c] : 0;`,
            ),
            backwards,
          })
        }
}`,
    }, [result]);
    return dx;
  };
}

/** dx[i] = sum of dy over the windows that hold x[i], by the window's size, over the edge or not. */
const averageGradient: CRule = (b, { dy, input }, attrs, [result]) => {
  const window = windowOf(input, attrs);
  const [count, channels] = [input.shape[0], input.shape.at(-1)!];
  const size = sizeOf(window.inSizes) * channels;
  const share = 1 / sizeOf(window.kernel);
  const [dx] = b.call({
    label: "pooling_back",
    operands: [b.whole(dy)],
    work: { rows: count },
    byRow: [true],
    body: ({ operands: [dy], results: [dx] }) =>
      `for (long n = from; n < to; n++) {
memset(${dx} + n * ${size}L, 0, sizeof(float) * ${size});
${
        slide(window, channels, {
          element: simd(channels, `${dx}[i + c] += ${dy}[o + c] * (float)${share};`),
        })
      }
}`,
  }, [result]);
  return dx;
};

/** Pooling and its gradients. */
export const poolings: CRuleTable = {
  MaxPool: maximum,
  MaxPool3D: maximum,
  AvgPool: average(0),
  AvgPool3D: average(1),
  MaxPoolGrad: maximumGradient(false),
  MaxPool3DGrad: maximumGradient(true),
  AvgPoolGrad: averageGradient,
  AvgPool3DGrad: averageGradient,
};
