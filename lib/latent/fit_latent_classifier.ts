import { Random } from "../array/random.ts";
import { classesOf } from "../data/sample.ts";
import { InputError } from "../input_error.ts";
import { type EmResult, maximizeLikelihood } from "../mixture/expectation_maximization.ts";
import { meanVariance } from "../mixture/kmeans.ts";
import type { MixtureParameters } from "../mixture/parameters.ts";
import { type Points, readPoints } from "../mixture/rows.ts";
import { finish, type Steps } from "../mixture/steps.ts";
import {
  classOfRows,
  type LabelledRows,
  perturbMeans,
  seedFromLabels,
  splitClasses,
} from "./label_seeding.ts";
import type { LatentClassifier, LatentMember } from "./latent_classifier.ts";
import { fitTransform, transformLatents } from "./latent_transform.ts";
import { type MemberOptions, resolveMemberOptions } from "./member_options.ts";

/** The few latents that have labels. */
export interface LabelledLatents {
  /** `[count, latentDim]`. */
  readonly latents: Points;
  /** The user's own labels, `[count]`. */
  readonly labels: Int32Array;
}

/** Options for {@linkcode fitLatentClassifier}. */
export interface FitLatentClassifierOptions {
  /** The mixtures to fit, of equal weight. @default {[{}]} */
  members?: readonly MemberOptions[];
  /** @default {0} */
  seed?: number;
}

/**
 * Fits mixtures to unlabelled latents, started from a few labelled ones, whose components belong to
 * the classes of the labels (semi-supervised EM: Nigam et al., "Text Classification from Labeled and
 * Unlabeled Documents using EM", 2000).
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
  options: FitLatentClassifierOptions = {},
): LatentClassifier {
  return finish(fitMembers(latents, labelled, options));
}

/** {@linkcode fitLatentClassifier} in steps. */
export function* fitMembers(
  latents: Points,
  labelled: LabelledLatents,
  { members = [{}], seed = 0 }: FitLatentClassifierOptions = {},
): Steps<LatentClassifier> {
  if (members.length === 0) {
    throw new InputError("Cannot fit classifier: it has no members, at least one is needed");
  }
  const classes = classesOf(labelled.labels);
  const fitted: LatentMember[] = [];
  for (const options of members) {
    const member = yield* fitMember(latents, labelled, { ...options, classes, seed });
    fitted.push({ weight: 1 / members.length, ...member });
  }
  return { classes, members: fitted };
}

/** Fits one mixture. */
export function* fitMember(
  latents: Points,
  labelled: LabelledLatents,
  { classes, seed, ...given }: MemberOptions & { classes: readonly number[]; seed: number },
): Steps<Omit<LatentMember, "weight">> {
  const { scale, nInit, componentsPerClass, ...options } = resolveMemberOptions(given);
  checkLabelled(latents, labelled);
  const transform = fitTransform(options.transform, latents, { scale });
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
  let best: FittedMixture | undefined;
  for (let init = 0; init < nInit; init++) {
    const start = init === 0 ? seeded : perturbMeans(seeded, { count, random });
    let found = yield* runEm(rows, start, { ...em, componentClass: [...classes.keys()] });
    if (componentsPerClass > 1) {
      const split = splitClasses(rows, found.parameters, {
        ...em,
        componentsPerClass,
        seed: random.uint32(),
      });
      const componentClass = Array.from(
        { length: classes.length * componentsPerClass },
        (_, c) => Math.floor(c / componentsPerClass),
      );
      found = yield* runEm(rows, split, { ...em, componentClass });
    }
    if (best === undefined || isBetter(found, best)) best = found;
  }
  return { transform, mixture: best!.parameters, componentClass: best!.componentClass };
}

interface FittedMixture extends EmResult {
  readonly componentClass: number[];
  /** How many labelled rows the mixture classifies rightly by their latents alone. */
  readonly agreement: number;
}

function isBetter(found: FittedMixture, best: FittedMixture): boolean {
  if (found.agreement !== best.agreement) return found.agreement > best.agreement;
  return found.lowerBounds.at(-1)! > best.lowerBounds.at(-1)!;
}

/** Runs EM with the labelled rows constrained to components of their class. */
function* runEm(
  rows: LabelledRows,
  start: MixtureParameters,
  { componentClass, ...em }: {
    tol: number;
    regCovar: number;
    maxIter: number;
    componentClass: number[];
  },
): Steps<FittedMixture> {
  const componentGroups = Int32Array.from(componentClass);
  const result = yield* maximizeLikelihood({ rows, componentGroups }, start, em);
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
