import { recordingKernel } from "../recording/operation.ts";
import type {
  Attrs,
  Inputs,
  KernelNode,
  Recorded,
  Rule,
  RuleTable,
} from "../recording/recorded.ts";
import { arithmetics } from "./arithmetic.ts";
import { convolutions } from "./convolution.ts";
import { convolutionGradients } from "./convolution_gradient.ts";
import { dilations } from "./dilation.ts";
import { einsums } from "./einsum.ts";
import { elementwise } from "./elementwise.ts";
import { fills } from "./fill.ts";
import { gathers } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { normalizations } from "./normalization.ts";
import { pads } from "./pad.ts";
import { poolings } from "./pooling.ts";
import { poolingGradients } from "./pooling_gradient.ts";
import { randoms } from "./random.ts";
import { reductions } from "./reduction.ts";
import { resizes } from "./resize.ts";
import { rotations } from "./rotation.ts";
import { shapes } from "./shape.ts";
import { suppressions } from "./suppression.ts";
import { valueShaped } from "./value_shaped.ts";
import { samplings } from "./sampling.ts";

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
  suppressions,
  valueShaped,
  samplings,
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

let count = 0;

/**
 * Records a kernel and, by its rule, the ONNX operations that compute it.
 *
 * @returns What the rule gives, each with the kernel as its origin; an input returned as it is
 * stays the same object.
 * @throws {Error} If the kernel has no rule, naming its inputs.
 */
export function recordKernel(
  kernel: string,
  inputs: Inputs,
  attrs: Attrs,
): Recorded | Recorded[] {
  const rule = RULES.get(kernel);
  if (rule === undefined) throw unknownKernelError(kernel, inputs, attrs);
  const results = recordingKernel(kernel, () => rule(inputs, attrs));
  const outputs = [results].flat();
  const node: KernelNode = { id: count++, kernel, inputs, attrs, outputs };
  const given = new Set(Object.values(inputs));
  const own = outputs.map((output, index): Recorded =>
    given.has(output) ? output : { ...output, origin: { kind: "kernel", node, index } }
  );
  return Array.isArray(results) ? own : own[0];
}

/** Names the kernel that has no rule, its inputs, and where its rule belongs. */
function unknownKernelError(kernel: string, inputs: Inputs, attrs: unknown): Error {
  const tensors = Object.entries(inputs).map(([name, { dtype, shape }]) =>
    `${name}: ${dtype}[${shape}]`
  );
  return new Error(
    `Cannot record kernel "${kernel}" for ${tensors.join(", ") || "no tensor"} with ${
      JSON.stringify(attrs ?? {})
    }: it has no ONNX rule, add one to a table in train/record/kernels/`,
  );
}
