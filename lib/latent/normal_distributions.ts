import type { NdArray } from "../array/ndarray.ts";
import { mixtureFromResponsibilities } from "../mixture/expectation_maximization.ts";
import { meanVariance } from "../mixture/kmeans.ts";
import type { LatentClassifier } from "./latent_classifier.ts";

/** Options for {@linkcode normalDistributions}. */
export interface NormalDistributionsOptions {
  /** The label of each point, `[count]`. */
  readonly predicted: Int32Array;
  /** All labels, ascending; each has a point at least. */
  readonly classes: readonly number[];
  /** The share of the mean variance that is added to every variance. @default {0} */
  readonly ridge?: number;
}

/**
 * One normal distribution a class, with the covariance that all classes share, in closed form.
 *
 * @param points `[count, features]`
 * @throws {InputError} If a class has no point.
 */
export function normalDistributions(
  points: NdArray<"float32">,
  { predicted, classes, ridge = 0 }: NormalDistributionsOptions,
): LatentClassifier {
  const [count, features] = points.shape;
  const responsibilities = new Float64Array(count * classes.length);
  predicted.forEach((label, i) => {
    responsibilities[i * classes.length + classes.indexOf(label)] = 1;
  });
  const rows = {
    x: Float64Array.from(points.data),
    count,
    features,
    weights: new Float64Array(count).fill(1),
  };
  const mixture = mixtureFromResponsibilities(rows, responsibilities, {
    covarianceType: "tied",
    regCovar: 1e-6 + ridge * meanVariance(rows),
  });
  const transform = {
    name: "none",
    mean: new Array(features).fill(0),
    std: new Array(features).fill(1),
    scale: 1,
  } as const;
  const componentClass = [...classes.keys()];
  return { classes, members: [{ weight: 1, transform, mixture, componentClass }] };
}
