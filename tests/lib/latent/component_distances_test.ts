import { assertAlmostEquals, assertEquals } from "@std/assert";
import { componentDistances } from "../../../lib/latent/component_distances.ts";
import { COVARIANCE_TYPES, factorPrecisions } from "../../../lib/mixture/covariance.ts";
import { GaussianMixture } from "../../../lib/mixture/gaussian_mixture.ts";
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import {
  fitTransform,
  TRANSFORM_NAMES,
  transformLatents,
} from "../../../lib/latent/latent_transform.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";

const NONE = { name: "none", mean: [0, 0], std: [1, 1], scale: 1 } as const;

const random = new Random(1, "distances");
const points = ndarray("float64", [200, 2], Float64Array.from(random.normals(400)));

Deno.test("componentDistances() is the distance in standard deviations", () => {
  // Variances 4 and 9 with a correlation of 0.5, about (1, 2).
  const covariances = ndarray("float64", [1, 2, 2], Float64Array.of(4, 3, 3, 9));
  const mixture = {
    covarianceType: "full",
    weights: ndarray("float64", [1], Float64Array.of(1)),
    means: ndarray("float64", [1, 2], Float64Array.of(1, 2)),
    covariances,
    precisionsCholesky: factorPrecisions("full", covariances),
  } as const;
  const at = ndarray("float64", [3, 2], Float64Array.of(1, 2, 3, 2, 0, 6));
  const [centre, right, far] = componentDistances({ transform: NONE, mixture }, at);
  // (x - m)ᵀ S⁻¹ (x - m) by hand, S⁻¹ = [[9, -3], [-3, 4]] / 27.
  assertEquals(centre, 0);
  assertAlmostEquals(right, Math.sqrt(36 / 27), 1e-12);
  assertAlmostEquals(far, Math.sqrt((9 + 24 + 64) / 27), 1e-12);
});

Deno.test("componentDistances() orders points as the density does, behind every transform", () => {
  for (const covarianceType of COVARIANCE_TYPES) {
    for (const name of TRANSFORM_NAMES) {
      const transform = fitTransform(name, points);
      const { u, logDeterminant } = transformLatents(transform, points);
      const fitted = new GaussianMixture({ covarianceType }).fit(ndarray("float64", [200, 2], u));
      const { weights, means, covariances, precisionsCholesky } = fitted;
      const mixture = { covarianceType, weights, means, covariances, precisionsCholesky };
      const distances = componentDistances({ transform, mixture }, points);
      const member = { weight: 1, transform, mixture, componentClass: [0] };
      const { logLikelihood } = classifyLatents({ classes: [0], members: [member] }, points);
      // log density of z = constant - distance² / 2 + log |det ∂u/∂z|
      const constants = distances.map((distance, i) =>
        logLikelihood[i] - logDeterminant[i] + distance ** 2 / 2
      );
      constants.forEach((constant) => assertAlmostEquals(constant, constants[0], 1e-9));
    }
  }
});
