import type { LatentMember } from "./latent_classifier.ts";
import { transformLatents } from "./latent_transform.ts";
import { densityOf } from "../mixture/parameters.ts";
import type { Points } from "../mixture/rows.ts";

/**
 * The Mahalanobis distance of each point of the latent space from each component of a member, in
 * standard deviations: a component's one-sigma outline is where it is 1. It is measured behind the
 * member's transform, so that outlines in the latent space need not be ellipses.
 *
 * @param latents `[count, latentDim]`
 * @returns `[count, k]`
 */
export function componentDistances(
  { transform, mixture }: Pick<LatentMember, "transform" | "mixture">,
  latents: Points,
): Float64Array {
  const { components, features, matrix, means, factors } = densityOf(mixture);
  const { u } = transformLatents(transform, latents);
  const count = u.length / features;
  const width = matrix ? features * features : features;
  const distances = new Float64Array(count * components);
  for (let row = 0; row < count; row++) {
    for (let c = 0; c < components; c++) {
      let square = 0;
      for (let i = 0; i < features; i++) {
        // |Pᵀ (u - mean)|, with Pᵀ lower triangular.
        let value = 0;
        for (let j = matrix ? 0 : i; j <= i; j++) {
          const factor = factors[c * width + (matrix ? i * features + j : i)];
          value += factor * (u[row * features + j] - means[c * features + j]);
        }
        square += value * value;
      }
      distances[row * components + c] = Math.sqrt(square);
    }
  }
  return distances;
}
