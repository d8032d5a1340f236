import type { KernelCase } from "./case.ts";
import { CONVOLUTION_CASES } from "./convolution.ts";
import { DEPTHWISE_CASES } from "./depthwise.ts";
import { ARITHMETIC_CASES } from "./arithmetic.ts";
import { DILATION_CASES } from "./dilation.ts";
import { FILL_CASES } from "./fill.ts";
import { GATHER_CASES } from "./gather.ts";
import { NORMALIZATION_CASES } from "./normalization.ts";
import { PAD_CASES } from "./pad.ts";
import { POOLING_CASES } from "./pooling.ts";
import { RANDOM_CASES } from "./random.ts";
import { RESIZE_CASES } from "./resize.ts";
import { ROTATION_CASES } from "./rotation.ts";
import { VALUE_SHAPED_CASES } from "./value_shaped.ts";
import { ELEMENTWISE_CASES } from "./elementwise.ts";
import { MATMUL_CASES } from "./matmul.ts";
import { REDUCTION_CASES } from "./reduction.ts";
import { SHAPE_CASES } from "./shape.ts";
import { SAMPLING_CASES } from "./sampling.ts";

export type { CaseInput, KernelCase } from "./case.ts";

/** Every kernel that has a rule, at least once; one file a family, as the rules are. */
export const KERNEL_CASES: readonly KernelCase[] = [
  ...CONVOLUTION_CASES,
  ...DEPTHWISE_CASES,
  ...ARITHMETIC_CASES,
  ...DILATION_CASES,
  ...FILL_CASES,
  ...GATHER_CASES,
  ...NORMALIZATION_CASES,
  ...PAD_CASES,
  ...POOLING_CASES,
  ...RANDOM_CASES,
  ...RESIZE_CASES,
  ...ROTATION_CASES,
  ...VALUE_SHAPED_CASES,
  ...SAMPLING_CASES,
  ...ELEMENTWISE_CASES,
  ...MATMUL_CASES,
  ...REDUCTION_CASES,
  ...SHAPE_CASES,
];
