import type { fused } from "@tensorflow/tfjs-core";
import type { Recorded } from "../recording/recorded.ts";
import { elementwise } from "./elementwise.ts";

/** The kernel that computes each activation that TensorFlow.js fuses. */
const ACTIVATION_KERNELS: Readonly<Record<Exclude<fused.Activation, "linear">, string>> = {
  elu: "Elu",
  leakyrelu: "LeakyRelu",
  prelu: "Prelu",
  relu: "Relu",
  relu6: "Relu6",
  sigmoid: "Sigmoid",
};

/** What a fused kernel does after its product: adds the bias, then applies the activation. */
export interface Epilogue {
  readonly bias?: Recorded | undefined;
  readonly activation?: fused.Activation | undefined;
  readonly leakyreluAlpha?: number | undefined;
  /** The slopes of `prelu` below 0; broadcast to x. */
  readonly preluActivationWeights?: Recorded | undefined;
}

/** The activation of an epilogue, without its bias. */
export function activate(
  x: Recorded,
  { activation = "linear", leakyreluAlpha, preluActivationWeights }: Epilogue,
): Recorded {
  if (activation === "linear") return x;
  const rule = elementwise[ACTIVATION_KERNELS[activation]];
  const slopes = preluActivationWeights;
  return rule(slopes ? { x, alpha: slopes } : { x }, { alpha: leakyreluAlpha }) as Recorded;
}
