import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
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
      description: "How weights follow their gradients",
      default: "adam",
    },
    learningRate: {
      kind: "number",
      description: "The learning rate, at its height",
      default: learningRate,
      above: 0,
    },
    schedule: {
      kind: "choice",
      choices: Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[],
      description:
        "How the learning rate changes: plateau halves it when the validation loss stays, step takes a tenth of it at half and at three quarters",
      default: schedule,
    },
    momentum: {
      kind: "number",
      description: "The part of the last update that sgd adds to the next",
      default: 0.9,
      min: 0,
      max: 0.999,
    },
    weightDecay: {
      kind: "number",
      description: "Draws kernels towards 0: apart from the gradient for adamw, else as part of it",
      default: 0,
      min: 0,
    },
    clipNorm: {
      kind: "number",
      description: "The greatest norm of the gradients of a step, all together; 0 leaves them",
      default: 0,
      min: 0,
    },
  } as const satisfies OptionTable;
}

/** The values of {@linkcode trainingOptions}. */
export type TrainingValues = OptionValues<ReturnType<typeof trainingOptions>>;
