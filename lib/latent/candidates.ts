import {
  COVARIANCE_FORMS,
  covarianceParameterCount,
  type MixtureSize,
} from "../mixture/covariance.ts";
import { TRANSFORM_NAMES } from "./latent_transform.ts";
import { type MemberOptions, resolveMemberOptions } from "./member_options.ts";

/** A classifier that cross-validation may choose. */
export interface Candidate {
  readonly name: string;
  readonly members: readonly MemberOptions[];
}

/** One member a transform: their errors differ, and their mean posterior errs less than each. */
const ensembleOf = (options: MemberOptions): MemberOptions[] =>
  TRANSFORM_NAMES.map((transform) => ({ transform, ...options }));

/**
 * The candidates of `selectLatentClassifier()`, ordered by their mean accuracy on the latent planes
 * of ten auto-encoders with two samples of labels each.
 */
export const DEFAULT_CANDIDATES: readonly Candidate[] = [
  { name: "ensemble, full, 2 per class", members: ensembleOf({ componentsPerClass: 2 }) },
  { name: "ensemble, full, 1 per class", members: ensembleOf({ componentsPerClass: 1 }) },
  ...[1, 2].flatMap((componentsPerClass) =>
    TRANSFORM_NAMES.flatMap((transform) =>
      (["full", "tied"] as const).map((covarianceType) => ({
        name: `${transform}, ${covarianceType}, ${componentsPerClass} per class`,
        members: [{ transform, covarianceType, componentsPerClass }],
      }))
    )
  ),
  ...[0.02, 0.3].map((labelWeight) => ({
    name: `ensemble, full, 2 per class, label weight ${labelWeight}`,
    members: ensembleOf({ componentsPerClass: 2, labelWeight }),
  })),
];

/** Rows that the estimate of one number of a covariance matrix needs. */
const ROWS_PER_PARAMETER = 2;

/**
 * Candidates that the rows can estimate: where full or tied covariances have too many numbers for
 * them, all matrices give way to their diagonals, which need fewer, win and take little time (at 64
 * axes and 2,000 rows .05 s a fit in place of 2 s). Candidates that become equal are tried once.
 */
export function estimableCandidates(
  candidates: readonly Candidate[],
  { rows, classes, features }: { rows: number; classes: number; features: number },
): Candidate[] {
  const isEstimable = (options: MemberOptions) => {
    const { covarianceType, componentsPerClass } = resolveMemberOptions(options);
    const size: MixtureSize = { components: classes * componentsPerClass, features };
    return !COVARIANCE_FORMS[covarianceType].matrix ||
      ROWS_PER_PARAMETER * covarianceParameterCount(covarianceType, size) <= rows;
  };
  const found = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const fitting = candidate.members.every(isEstimable) ? candidate : {
      name: candidate.name.replace(/\b(full|tied)\b/, "diag"),
      members: candidate.members.map((options) => ({
        ...options,
        covarianceType: "diag" as const,
      })),
    };
    const key = JSON.stringify(fitting.members);
    if (!found.has(key)) found.set(key, fitting);
  }
  return [...found.values()];
}
