/** What a schedule is given. */
export interface ScheduleOptions {
  /** Steps of the whole training. */
  readonly steps: number;
  /** The rate to start from. */
  readonly learningRate: number;
}

/** The fraction of the learning rate that a cosine schedule ends on. */
const COSINE_FLOOR = 0.02;

/** The learning rate of a step, by the name that `--schedule` takes. */
export const SCHEDULES = {
  /** The same rate for every step. */
  constant: (_step: number, { learningRate }: ScheduleOptions): number => learningRate,
  /**
   * Half a cosine from the rate down to a fiftieth of it (Loshchilov and Hutter, "SGDR", 2016,
   * equation 5, without restarts).
   */
  cosine: (step: number, { steps, learningRate }: ScheduleOptions): number => {
    const height = (1 + Math.cos(Math.PI * step / steps)) / 2;
    return learningRate * (COSINE_FLOOR + (1 - COSINE_FLOOR) * height);
  },
  /**
   * A line from 0 up to the rate over the first quarter, then half a cosine down to a five-hundredth
   * of it (Smith and Topin, "Super-Convergence", 2017): high rates train batch normalization fast.
   */
  "one-cycle": (step: number, { steps, learningRate }: ScheduleOptions): number => {
    const rise = steps / 4;
    if (step < rise) return learningRate * (step + 1) / (rise + 1);
    const height = (1 + Math.cos(Math.PI * (step - rise) / (steps - rise))) / 2;
    return learningRate * (0.002 + 0.998 * height);
  },
} as const;

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
