import type { EpochLog } from "./callbacks.ts";
import type { Scalar } from "./feed.ts";
import { checkConstraints, isIntegerFrom, isNumberFrom } from "../../lib/constraints.ts";

/** What a schedule is given. */
export interface ScheduleOptions {
  /** Steps of the whole training. */
  readonly steps: number;
  /** The rate to start from. */
  readonly learningRate: number;
  /** The epochs before the step. @default {[]} */
  readonly history?: readonly EpochLog[];
}

/** @throws {InputError} If there are no steps, or there is no such rate. */
function checked(options: ScheduleOptions): ScheduleOptions {
  checkConstraints(options, [
    ["steps", "an integer of 1 or more", isIntegerFrom(1)],
    ["learningRate", "a number of 0 or more", isNumberFrom(0)],
  ], "schedule the learning rate");
  return options;
}

/** The fraction of the learning rate that a cosine schedule ends on. */
const COSINE_FLOOR = 0.02;

/** The learning rate of a step, by the name that `--schedule` takes. */
export const SCHEDULES = {
  /** The same rate for every step. */
  constant: (_step: number, options: ScheduleOptions): number => checked(options).learningRate,
  /**
   * Half a cosine from the rate down to a fiftieth of it (Loshchilov and Hutter, "SGDR", 2016,
   * equation 5, without restarts).
   */
  cosine: (step: number, options: ScheduleOptions): number => {
    const { steps, learningRate } = checked(options);
    const height = (1 + Math.cos(Math.PI * step / steps)) / 2;
    return learningRate * (COSINE_FLOOR + (1 - COSINE_FLOOR) * height);
  },
  /**
   * A line from 0 up to the rate over the first quarter, then half a cosine down to a five-hundredth
   * of it (Smith and Topin, "Super-Convergence", 2017): high rates train batch normalization fast.
   */
  "one-cycle": (step: number, options: ScheduleOptions): number => {
    const { steps, learningRate } = checked(options);
    const rise = steps / 4;
    if (step < rise) return learningRate * (step + 1) / (rise + 1);
    const height = (1 + Math.cos(Math.PI * (step - rise) / (steps - rise))) / 2;
    return learningRate * (0.002 + 0.998 * height);
  },
  /**
   * A tenth of the rate from the middle, a hundredth in the last quarter (He et al., "Deep Residual
   * Learning", 2015, section 4.2).
   */
  step: (step: number, options: ScheduleOptions): number => {
    const { steps, learningRate } = checked(options);
    return learningRate * (step < steps / 2 ? 1 : step < 0.75 * steps ? 0.1 : 0.01);
  },
  /**
   * Half of the rate each time that the validation loss, or else the loss, has not fallen by a ten
   * thousandth for two epochs, as PyTorch's `ReduceLROnPlateau` counts them.
   */
  plateau: (_step: number, options: ScheduleOptions): number => {
    const { learningRate, history = [] } = checked(options);
    let [rate, best, waited] = [learningRate, Infinity, 0];
    for (const log of history) {
      const loss = Number(log.valLoss ?? log.loss);
      const isBetter = best === Infinity || loss < best - PLATEAU.threshold * Math.abs(best);
      waited = isBetter ? 0 : waited + 1;
      if (isBetter) best = loss;
      if (waited < PLATEAU.epochs) continue;
      [rate, waited] = [rate * PLATEAU.factor, 0];
    }
    return rate;
  },
} as const;

const PLATEAU = { epochs: 2, threshold: 1e-4, factor: 0.5 } as const;

/** What decides the learning rate of a training. */
export interface Scheduled {
  readonly schedule: keyof typeof SCHEDULES;
  readonly learningRate: number;
}

/** The learning rate as a scalar of a feed whose phase has some steps in all. */
export function scheduled({ schedule, learningRate }: Scheduled, steps: number): Scalar {
  return (step, history) => SCHEDULES[schedule](step, { steps, learningRate, history });
}

/**
 * The weight of the KL divergence at a step: it rises in a line from 0 to `beta` over the warm-up
 * (Sønderby et al., "Ladder Variational Autoencoders", 2016, section 2.3).
 */
export function warmedUpBeta(
  step: number,
  { beta, warmupSteps }: { beta: number; warmupSteps: number },
): number {
  return step >= warmupSteps ? beta : beta * step / warmupSteps;
}
