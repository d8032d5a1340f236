import type { OptionTable } from "../../lib/command/flags.ts";
import { OPTIMIZERS } from "../core/optimizers.ts";
import { SCHEDULES } from "../core/schedules.ts";

/** Options of how networks are trained, of every system that spreads them. */
export function trainingOptions(
  { learningRate, schedule = "constant" }: {
    /** The default. */
    learningRate: number;
    /** The default. @default {"constant"} */
    schedule?: keyof typeof SCHEDULES;
  },
) {
  return {
    optimizer: {
      kind: "choice",
      choices: Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[],
      description: "The optimizer",
      default: "adam",
    },
    learningRate: {
      kind: "number",
      description: "The learning rate, at the peak of the schedule",
      default: learningRate,
      above: 0,
    },
    schedule: {
      kind: "choice",
      choices: Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[],
      description:
        "The learning rate schedule: plateau halves the rate when the validation loss stops falling, step divides it by 10 at half and at three quarters of the epochs",
      default: schedule,
    },
    momentum: {
      kind: "number",
      description: "Momentum of sgd",
      default: 0.9,
      min: 0,
      max: 0.999,
    },
    weightDecay: {
      kind: "number",
      description:
        "Weight decay of kernels: decoupled for adamw, else an L2 penalty in the gradient",
      default: 0,
      min: 0,
    },
    clipNorm: {
      kind: "number",
      description: "Clip gradients to this global norm; 0 does not clip",
      default: 0,
      min: 0,
    },
  } as const satisfies OptionTable;
}
