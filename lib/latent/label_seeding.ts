import { ndarray } from "../array/ndarray.ts";
import type { Random } from "../array/random.ts";
import { argMaxRows } from "../array/stats.ts";
import { COVARIANCE_FORMS, type CovarianceType } from "../mixture/covariance.ts";
import { mixtureFromResponsibilities, momentsOf } from "../mixture/expectation_maximization.ts";
import { kMeans } from "../mixture/kmeans.ts";
import {
  covarianceFactors,
  densityOf,
  drawFrom,
  mixtureFromMoments,
  type MixtureParameters,
} from "../mixture/parameters.ts";
import type { Rows } from "../mixture/rows.ts";
import { classLogPosteriors } from "./latent_classifier.ts";

/** Rows with the class of each, or -1 where it is not known. */
export interface LabelledRows extends Rows {
  readonly groups: Int32Array;
}

/**
 * A mixture with one component a class, its weights, means and covariances all taken from the
 * labelled rows: means alone would be joined by weights and covariances of other clusters.
 *
 * Five rows do not make a covariance. Each class's scatter is therefore joined by d + 1 rows' worth
 * of the scatter within all classes, and that by d rows' worth of a prior: the covariance of all
 * rows, shrunk by `classes^(-2/d)`, which is what a class has if the classes tile their volume.
 *
 * @param rows All rows; those of a group of 0 or more are labelled.
 */
export function seedFromLabels(
  rows: LabelledRows,
  { classes, covarianceType, regCovar }: {
    classes: number;
    covarianceType: CovarianceType;
    regCovar: number;
  },
): MixtureParameters {
  const { features } = rows;
  const { matrix } = COVARIANCE_FORMS[covarianceType];
  const labelled = labelledRows(rows);
  const responsibilities = new Float64Array(labelled.count * classes);
  labelled.groups.forEach((group, row) => responsibilities[row * classes + group] = 1);
  const { mass, means, scatter } = momentsOf(labelled, responsibilities, { matrix });
  const all = momentsOf(rows, new Float64Array(rows.count).fill(1), { matrix });

  const width = scatter.length / classes;
  const shrinkage = classes ** (-2 / features) / all.mass[0];
  const within = all.scatter.map((total, i) => {
    let sum = features * total * shrinkage;
    for (let c = 0; c < classes; c++) sum += scatter[c * width + i];
    return sum / (labelled.count - classes + features);
  });
  const shared = features + 1;
  const shrunk = scatter.map((own, i) => {
    const rowsOfClass = mass[Math.floor(i / width)];
    return (own + shared * within[i % width]) * rowsOfClass / (rowsOfClass + shared);
  });
  return mixtureFromMoments({ mass, means, scatter: shrunk }, { covarianceType, regCovar });
}

/**
 * The seed with its means moved by as much as the means of a few labelled rows are uncertain.
 *
 * @param count The number of labelled rows a class, about.
 */
export function perturbMeans(
  seed: MixtureParameters,
  { count, random }: { count: number; random: Random },
): MixtureParameters {
  const { shape, data } = seed.means;
  const means = new Float64Array(data.length);
  covarianceFactors(seed).forEach((factor, component) => {
    const drawn = drawFrom(seed, {
      factor: factor.map((value) => value / Math.sqrt(count)),
      component,
      random,
    });
    means.set(drawn, component * shape[1]);
  });
  return { ...seed, means: ndarray("float64", shape, means) };
}

/** The labelled rows alone, each of weight 1. */
function labelledRows(rows: LabelledRows): LabelledRows {
  const { x, features, groups } = rows;
  const chosen = Array.from(groups.keys()).filter((row) => groups[row] >= 0);
  return {
    x: Float64Array.from(chosen.flatMap((row) => [
      ...x.subarray(row * features, (row + 1) * features),
    ])),
    count: chosen.length,
    features,
    weights: new Float64Array(chosen.length).fill(1),
    groups: Int32Array.from(chosen, (row) => groups[row]),
  };
}

/** Gives each class several components, by k-means over the rows that it holds. */
export function splitClasses(
  rows: LabelledRows,
  parameters: MixtureParameters,
  { componentsPerClass, covarianceType, regCovar, seed }: {
    componentsPerClass: number;
    covarianceType: CovarianceType;
    regCovar: number;
    seed: number;
  },
): MixtureParameters {
  const { features } = rows;
  const classCount = parameters.means.shape[0];
  const assigned = classOfRows(rows, parameters, Array.from({ length: classCount }, (_, c) => c));
  const components = classCount * componentsPerClass;
  const responsibilities = new Float64Array(rows.count * components);
  for (let c = 0; c < classCount; c++) {
    const own = Array.from(rows.groups.keys()).filter((row) =>
      rows.groups[row] === c || (rows.groups[row] < 0 && assigned[row] === c)
    );
    const points = new Float64Array(own.length * features);
    own.forEach((row, i) =>
      points.set(rows.x.subarray(row * features, (row + 1) * features), i * features)
    );
    const { labels } = kMeans(ndarray("float64", [own.length, features], points), {
      nClusters: componentsPerClass,
      sampleWeight: own.map((row) => rows.weights[row]),
      seed,
    });
    own.forEach((row, i) =>
      responsibilities[row * components + c * componentsPerClass + labels[i]] = 1
    );
  }
  return mixtureFromResponsibilities(rows, responsibilities, { covarianceType, regCovar });
}

/** The most probable class of each row, labels left aside; `[rows.count]`. */
export function classOfRows(
  rows: Rows,
  parameters: MixtureParameters,
  componentClass: readonly number[],
): Int32Array {
  const classCount = Math.max(...componentClass) + 1;
  const { logPosteriors } = classLogPosteriors(rows.x, densityOf(parameters), {
    componentClass,
    classCount,
  });
  return argMaxRows(logPosteriors, classCount);
}
