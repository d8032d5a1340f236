import type { RunMetrics } from "../run/metrics_file.ts";

/** What a run's models say of its images, as `metrics.json` keeps it. */
export interface Observation {
  readonly mixture: NonNullable<RunMetrics["mixture"]>;
  readonly outliers: NonNullable<RunMetrics["outliers"]>;
  readonly calibration: NonNullable<NonNullable<RunMetrics["classification"]>["calibration"]>;
}
