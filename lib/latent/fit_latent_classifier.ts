import { InputError } from "../input_error.ts";
import { Random } from "../array/random.ts";
import {
  checkConstraints,
  type Constraint,
  isIntegerFrom,
  isNumberAbove,
  isNumberFrom,
  isOneOf,
  isOptional,
} from "../mixture/constraints.ts";
import { COVARIANCE_TYPES, type CovarianceType } from "../mixture/covariance.ts";
import { type EmResult, maximizeLikelihood } from "../mixture/expectation_maximization.ts";
import { meanVariance } from "../mixture/kmeans.ts";
import {
  classOfRows,
  type LabelledRows,
  perturbMeans,
  seedFromLabels,
  splitClasses,
} from "./label_seeding.ts";
import type { LatentClassifier, LatentMember } from "./latent_classifier.ts";
import {
  fitTransform,
  TRANSFORM_NAMES,
  transformLatents,
  type TransformName,
} from "./latent_transform.ts";
import type { MixtureParameters } from "../mixture/parameters.ts";
import { type Points, readPoints } from "../mixture/rows.ts";

/** The few latents whose labels are known. */
export interface LabelledLatents {
  /** `[count, latentDim]`. */
  readonly latents: Points;
  /** The user's own labels, `[count]`. */
  readonly labels: Int32Array;
}

/** Options for one mixture of a classifier. */
export interface MemberOptions {
  /** @default {"erf"} */
  transform?: TransformName;
  /** The scale of the transform; each has a default of its own. */
  scale?: number;
  /** @default {"full"} */
  covarianceType?: CovarianceType;
  /** @default {1} */
  componentsPerClass?: number;
  /**
   * What all labelled rows weigh together, as a part of what the unlabelled ones do: five rows a
   * class would be nothing among thousands, and too much weight makes the mixture theirs alone.
   *
   * @default {0.1}
   */
  labelWeight?: number;
  /** @default {100} */
  maxIter?: number;
  /** @default {1e-4} */
  tol?: number;
  /**
   * What is added to the variances, as a part of the mean variance of the transformed latents.
   *
   * @default {1e-6}
   */
  relativeRegCovar?: number;
  /**
   * Starts to try: the labels as they are, then with their means perturbed. The one that agrees
   * best with the labels is kept, and of those the one with the highest bound.
   *
   * @default {1}
   */
  nInit?: number;
}

/** The defaults of {@linkcode MemberOptions}. */
const MEMBER_DEFAULTS = {
  transform: "erf",
  covarianceType: "full",
  componentsPerClass: 2,
  labelWeight: 0.1,
  maxIter: 100,
  tol: 1e-4,
  relativeRegCovar: 1e-6,
  nInit: 1,
} as const satisfies MemberOptions;

const MEMBER_CONSTRAINTS: readonly Constraint<keyof MemberOptions>[] = [
  ["transform", `one of ${TRANSFORM_NAMES.join(", ")}`, isOneOf(TRANSFORM_NAMES)],
  ["scale", "a number above 0", isOptional(isNumberAbove(0))],
  ["covarianceType", `one of ${COVARIANCE_TYPES.join(", ")}`, isOneOf(COVARIANCE_TYPES)],
  ["componentsPerClass", "an integer of 1 or more", isIntegerFrom(1)],
  ["labelWeight", "a number above 0", isNumberAbove(0)],
  ["maxIter", "an integer of 1 or more", isIntegerFrom(1)],
  ["tol", "a number of 0 or more", isNumberFrom(0)],
  ["relativeRegCovar", "a number of 0 or more", isNumberFrom(0)],
  ["nInit", "an integer of 1 or more", isIntegerFrom(1)],
];

/** Options for {@linkcode fitLatentClassifier}. */
export interface FitLatentClassifierOptions {
  /**
   * The mixtures to fit, in equal shares.
   *
   * @default {[{}]}
   */
  members?: readonly MemberOptions[];
  /** @default {0} */
  seed?: number;
}

/**
 * Fits mixtures to unlabelled latents, seeded by a few labelled ones, whose components belong to
 * the classes of the labels.
 *
 * @param latents Unlabelled, `[count, latentDim]`.
 * @throws {InputError} If the labelled latents cannot be used, or a component collapses.
 *
 * @example Usage
 * ```ts
 * import { classifyLatents, fitLatentClassifier } from "@glimpse/glimpse/latent";
 * import { ndarray } from "@glimpse/glimpse/ndarray";
 * import { assertEquals } from "@std/assert";
 *
 * const latents = ndarray("float64", [6, 1], Float64Array.of(-1.2, -1, -0.8, 0.9, 1, 1.3));
 * const labelled = {
 *   latents: ndarray("float64", [2, 1], Float64Array.of(-1.1, 1.1)),
 *   labels: Int32Array.of(4, 8),
 * };
 * const classifier = fitLatentClassifier(latents, labelled);
 * assertEquals([...classifyLatents(classifier, latents).labels], [4, 4, 4, 8, 8, 8]);
 * ```
 */
export function fitLatentClassifier(
  latents: Points,
  labelled: LabelledLatents,
  { members = [{}], seed = 0 }: FitLatentClassifierOptions = {},
): LatentClassifier {
  const classes = classesOf(labelled.labels);
  return {
    classes,
    members: members.map((options) => ({
      weight: 1 / members.length,
      ...fitMember(latents, labelled, { ...options, classes, seed }),
    })),
  };
}

/** The distinct labels, ascending. */
export function classesOf(labels: Int32Array): number[] {
  return [...new Set(labels)].sort((a, b) => a - b);
}

/** Fits one mixture. */
export function fitMember(
  latents: Points,
  labelled: LabelledLatents,
  { classes, seed, ...given }: MemberOptions & { classes: readonly number[]; seed: number },
): Omit<LatentMember, "weight"> {
  const options = { ...MEMBER_DEFAULTS, ...given };
  checkConstraints<MemberOptions>(options, MEMBER_CONSTRAINTS, "fit classifier");
  checkLabelled(latents, labelled);
  const { scale } = given;
  const transform = fitTransform(options.transform, latents, scale === undefined ? {} : { scale });
  const rows = joinRows(
    transformLatents(transform, latents).u,
    transformLatents(transform, labelled.latents).u,
    {
      features: latents.shape[1],
      groups: labelled.labels.map((label) => classes.indexOf(label)),
      labelWeight: options.labelWeight,
    },
  );
  const em = { ...options, regCovar: options.relativeRegCovar * meanVariance(rows) };
  const random = new Random(seed, "latent classifier");
  const seeded = seedFromLabels(rows, { ...em, classes: classes.length });
  const count = labelled.labels.length / classes.length;
  let best: Candidate | undefined;
  for (let init = 0; init < options.nInit; init++) {
    const start = init === 0 ? seeded : perturbMeans(seeded, { count, random });
    let found = runEm(rows, start, { ...em, componentClass: classes.map((_, c) => c) });
    if (options.componentsPerClass > 1) {
      const split = splitClasses(rows, found.parameters, { ...em, seed: random.uint32() });
      const componentClass = classes.flatMap((_, c) =>
        new Array<number>(options.componentsPerClass).fill(c)
      );
      found = runEm(rows, split, { ...em, componentClass });
    }
    if (best === undefined || isBetter(found, best)) best = found;
  }
  return { transform, mixture: best!.parameters, componentClass: best!.componentClass };
}

interface Candidate extends EmResult {
  readonly componentClass: number[];
  /** How many labelled rows the mixture would classify rightly on its own. */
  readonly agreement: number;
}

function isBetter(candidate: Candidate, best: Candidate): boolean {
  if (candidate.agreement !== best.agreement) return candidate.agreement > best.agreement;
  return candidate.lowerBounds.at(-1)! > best.lowerBounds.at(-1)!;
}

/** Runs EM with the labelled rows held to their classes. */
function runEm(
  rows: LabelledRows,
  start: MixtureParameters,
  { componentClass, ...em }: {
    tol: number;
    regCovar: number;
    maxIter: number;
    componentClass: number[];
  },
): Candidate {
  const componentGroups = Int32Array.from(componentClass);
  const result = maximizeLikelihood({ rows, componentGroups }, start, em);
  const assigned = classOfRows(rows, result.parameters, componentClass);
  const agreement = rows.groups.reduce(
    (sum, group, row) => sum + (group >= 0 && group === assigned[row] ? 1 : 0),
    0,
  );
  return { ...result, componentClass, agreement };
}

/** Unlabelled rows of weight 1, then labelled ones with their weight and class. */
function joinRows(
  unlabelled: Float64Array,
  labelled: Float64Array,
  { features, groups, labelWeight }: {
    features: number;
    groups: Int32Array;
    labelWeight: number;
  },
): LabelledRows {
  const x = new Float64Array(unlabelled.length + labelled.length);
  x.set(unlabelled);
  x.set(labelled, unlabelled.length);
  const count = x.length / features;
  const first = unlabelled.length / features;
  const allGroups = new Int32Array(count).fill(-1);
  allGroups.set(groups, first);
  const each = labelWeight * first / groups.length;
  return {
    x,
    count,
    features,
    groups: allGroups,
    weights: new Float64Array(count).fill(1).fill(each, first),
  };
}

function checkLabelled(latents: Points, labelled: LabelledLatents): void {
  const { count, features } = readPoints(labelled.latents, "fit classifier");
  if (count === 0 || labelled.labels.length !== count) {
    throw new InputError(
      `Cannot fit classifier: there are ${labelled.labels.length} labels for ${count} labelled ` +
        "latents, one label each and at least one are needed",
    );
  }
  if (features !== latents.shape[1]) {
    throw new InputError(
      `Cannot fit classifier: the labelled latents have ${features} axes, the others ` +
        `${latents.shape[1]}, the same number is needed`,
    );
  }
}
