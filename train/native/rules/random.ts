import { ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import type { Builder } from "../program/builder.ts";
import { PARTS, SMALL, type View } from "../program/ir.ts";
import { literal } from "../program/views.ts";
import type { CRule, CRuleTable } from "./rule.ts";

/**
 * The state of a draw: where its generator is, and for uniform numbers how many steps it has drawn
 * for. The name tells the seed, from which each epoch's is made.
 */
function stateOf(b: Builder, seed: number): View {
  const array = ndarray("int32", [2], new Int32Array(2));
  const name = `${DRAW_PREFIX}${b.values.length}/${Math.trunc(seed)}`;
  return b.given({ role: "constant", name, shape: [2], array }, "int32");
}

const DRAW_PREFIX = "draw_";

/** The seed of a draw whose state has this name; `undefined` for what is no such state. */
export function drawSeedOf(name: string): number | undefined {
  return name.startsWith(DRAW_PREFIX) ? Number(name.split("/")[1]) : undefined;
}

const number = (value: number) => literal(value, "float32");

/** Normal numbers one after another: how many uniform ones each takes is not known beforehand. */
function normal(isTruncated: boolean): CRule {
  return (b, _inputs, { seed, mean, stddev }, [result]) => {
    const size = sizeOf(result.shape);
    const [y] = b.call({
      label: "normal",
      operands: [stateOf(b, seed)],
      work: "serial",
      body: ({ operands: [state], results: [y] }) =>
        `draw_normal((uint32_t *)${state}, ${y}, ${size}, ${isTruncated ? 6 : 0});
for (long i = 0; i < ${size}; i++) ${y}[i] = ${y}[i] * ${number(stddev)} + ${number(mean)};`,
    }, [result]);
    return y;
  };
}

/**
 * Kernels that draw random numbers: the same as ONNX Runtime draws on Linux, by `minstd_rand0` of the
 * C++ library.
 */
export const randoms: CRuleTable = {
  randomNormal: normal(false),
  truncatedNormal: normal(true),
  randomUniform: (b, _inputs, { seed, low, high }, [result]) => {
    const size = sizeOf(result.shape);
    const tasks = size > SMALL ? PARTS : 1;
    const [y] = b.call({
      label: "uniform",
      operands: [stateOf(b, seed)],
      work: size > SMALL ? { tasks } : "serial",
      body: ({ operands: [state], results: [y] }) =>
        `const long first = task * ${size}L / ${tasks}, last = (task + 1) * ${size}L / ${tasks};
uint32_t s = k_jump(${state}[0], (uint64_t)(${state}[1] + step) * ${size} + first);
for (long i = first; i < last; i++) {
  s = k_draw(s);
  ${y}[i] = k_canonical(s) * ${number(Math.fround(high) - Math.fround(low))} + ${number(low)};
}`,
    }, [result]);
    return y;
  },
};
