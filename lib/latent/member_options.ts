import {
  checkConstraints,
  type Constraint,
  isIntegerFrom,
  isNumberAbove,
  isNumberFrom,
  isOneOf,
  isOptional,
} from "../constraints.ts";
import { COVARIANCE_TYPES, type CovarianceType } from "../mixture/covariance.ts";
import { TRANSFORM_NAMES, type TransformName } from "./latent_transform.ts";

/** Options for one mixture of a classifier. */
export interface MemberOptions {
  /** @default {"erf"} */
  transform?: TransformName;
  /** The scale of the transform; each has a default of its own. */
  scale?: number;
  /** @default {"full"} */
  covarianceType?: CovarianceType;
  /** @default {2} */
  componentsPerClass?: number;
  /**
   * The weight of all labelled rows together, as a share of that of the unlabelled ones: five rows a
   * class of weight 1 would be nothing among thousands, and with too much weight the mixture fits
   * them alone.
   * @default {0.1}
   */
  labelWeight?: number;
  /** @default {100} */
  maxIter?: number;
  /** @default {1e-4} */
  tol?: number;
  /**
   * Added to the variances, as a share of the mean variance of the transformed latents.
   * @default {1e-6}
   */
  relativeRegCovar?: number;
  /**
   * Starts to try: the means of the labelled rows, then these means with noise. The one that
   * classifies most labelled rows rightly is kept, and of those the one with the highest bound.
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

const CONSTRAINTS: readonly Constraint<keyof MemberOptions>[] = [
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

/** Options with their defaults; the scale is the transform's where it is not given. */
export type ResolvedMemberOptions =
  & Required<Omit<MemberOptions, "scale">>
  & Pick<MemberOptions, "scale">;

/**
 * Adds the defaults and checks every option.
 *
 * @throws {InputError} If one is out of its range.
 */
export function resolveMemberOptions(options: MemberOptions): ResolvedMemberOptions {
  const resolved = { ...MEMBER_DEFAULTS, ...options };
  checkConstraints<MemberOptions>(resolved, CONSTRAINTS, "fit classifier");
  return resolved;
}
