import type { Inputs, Rule, RuleTable } from "./rule.ts";
import { arithmetics } from "./kernels/arithmetic.ts";
import { convolutions } from "./kernels/convolution.ts";
import { convolutionGradients } from "./kernels/convolution_gradient.ts";
import { dilations } from "./kernels/dilation.ts";
import { einsums } from "./kernels/einsum.ts";
import { elementwise } from "./kernels/elementwise.ts";
import { fills } from "./kernels/fill.ts";
import { gathers } from "./kernels/gather.ts";
import { matmul } from "./kernels/matmul.ts";
import { normalizations } from "./kernels/normalization.ts";
import { pads } from "./kernels/pad.ts";
import { poolings } from "./kernels/pooling.ts";
import { poolingGradients } from "./kernels/pooling_gradient.ts";
import { randoms } from "./kernels/random.ts";
import { reductions } from "./kernels/reduction.ts";
import { resizes } from "./kernels/resize.ts";
import { rotations } from "./kernels/rotation.ts";
import { shapes } from "./kernels/shape.ts";
import { valueShaped } from "./kernels/value_shaped.ts";
import { warps } from "./kernels/warp.ts";

/** Each family of rules, by the file it lives in. */
const FAMILIES: readonly RuleTable[] = [
  arithmetics,
  convolutionGradients,
  convolutions,
  dilations,
  einsums,
  elementwise,
  fills,
  gathers,
  matmul,
  normalizations,
  pads,
  poolingGradients,
  poolings,
  randoms,
  reductions,
  resizes,
  rotations,
  shapes,
  valueShaped,
  warps,
];

/** The rule of every kernel that can be recorded, by TensorFlow.js's name for it. */
export const RULES: ReadonlyMap<string, Rule> = mergeFamilies(FAMILIES);

/** @throws {Error} If two families claim one kernel. */
function mergeFamilies(families: readonly RuleTable[]): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const [kernel, rule] of families.flatMap((family) => Object.entries(family))) {
    if (rules.has(kernel)) throw new Error(`Cannot merge rules: kernel "${kernel}" has two`);
    rules.set(kernel, rule);
  }
  return rules;
}

/** Says which kernel has no rule, what it was given, and where its rule belongs. */
export function unknownKernelError(kernel: string, inputs: Inputs, attrs: unknown): Error {
  const tensors = Object.entries(inputs).map(([name, { dtype, shape }]) =>
    `${name}: ${dtype}[${shape}]`
  );
  return new Error(
    `Cannot record kernel "${kernel}" for ${tensors.join(", ") || "no tensor"} with ${
      JSON.stringify(attrs ?? {})
    }: it has no ONNX rule, add one to a table in train/record/kernels/`,
  );
}
