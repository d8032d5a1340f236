import { convolutions } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { products } from "./matmul.ts";
import { poolings } from "./pooling.ts";
import { reductions } from "./reduction.ts";
import type { CRule } from "./rule.ts";
import { fills } from "./fill.ts";
import { gathers } from "./gather.ts";
import { randoms } from "./random.ts";
import { pads } from "./pad.ts";
import { shapes } from "./shape.ts";

/** The C rule of every kernel that has one, by TensorFlow.js's name for it. */
export const C_RULES: Readonly<Record<string, CRule>> = {
  ...convolutions,
  ...elementwise,
  ...poolings,
  ...products,
  ...reductions,
  ...shapes,
  ...fills,
  ...gathers,
  ...randoms,
  ...pads,
};
