import { checkConstraints, isIntegerBetween } from "../constraints.ts";
import { axisMoments } from "../array/stats.ts";
import { classifyLatents, type LatentClassifier } from "./latent_classifier.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { normalQuantile } from "../array/normal.ts";
import { Random } from "../array/random.ts";

/** Points of a latent space in the order in which their images are drawn. */
export interface LatentGrid {
  /** `[count, latentDim]` */
  readonly z: NdArray<"float32">;
  /** How many of them make a row of the picture. */
  readonly columns: number;
}

/** Options for drawing points. */
export interface SampleOptions {
  /** @default {0} */
  seed?: number;
}

/** Options for {@linkcode drawFromPrior}. */
export interface PriorSampleOptions extends SampleOptions {
  /** Factor of the standard deviation. @default {1} */
  temperature?: number;
}

/** Points drawn from N(0, I), `[count, latentDim]`: what the decoder was trained to expect. */
export function drawFromPrior(
  count: number,
  latentDim: number,
  { seed = 0, temperature = 1 }: PriorSampleOptions = {},
): NdArray<"float32"> {
  checkSizes({ count, latentDim });
  const noise = new Random(seed, "samples").normals(count * latentDim);
  return ndarray("float32", [count, latentDim], noise.map((value) => temperature * value));
}

/**
 * Points drawn from the mixture that was fitted to the latent space, `[count, latentDim]`: where
 * images really lie.
 *
 * The mixture knows its density only behind a transform that has no inverse everywhere, so the
 * points come from Metropolis and Hastings' method: each starts as one of the prior and takes turns
 * to jump to another of the prior (which finds every cluster) and to a near point.
 */
export function drawFromMixture(
  count: number,
  classifier: LatentClassifier,
  { seed = 0 }: SampleOptions = {},
): NdArray<"float32"> {
  checkSizes({ count });
  const random = new Random(seed, "samples");
  const latentDim = classifier.members[0].transform.mean.length;
  const shape = [count, latentDim];
  const size = count * latentDim;
  const logDensity = (z: Float64Array) =>
    classifyLatents(classifier, ndarray("float64", shape, z)).logLikelihood;
  const current = Float64Array.from(random.normals(size));
  const currentDensity = logDensity(current);
  const stepSize = 1 / Math.sqrt(latentDim);
  for (let turn = 0; turn < 200; turn++) {
    const jump = turn % 2 === 0;
    const proposed = Float64Array.from(
      random.normals(size),
      (noise, i) => jump ? noise : current[i] + stepSize * noise,
    );
    const proposedDensity = logDensity(proposed);
    for (let row = 0; row < count; row++) {
      let logRatio = proposedDensity[row] - currentDensity[row];
      // A jump is proposed as often as the prior has it, which must not count twice.
      for (let j = row * latentDim; jump && j < (row + 1) * latentDim; j++) {
        logRatio += (proposed[j] ** 2 - current[j] ** 2) / 2;
      }
      if (Math.log(1 - random.uniform()) >= logRatio) continue;
      current.set(proposed.subarray(row * latentDim, (row + 1) * latentDim), row * latentDim);
      currentDensity[row] = proposedDensity[row];
    }
  }
  return ndarray("float32", shape, Float32Array.from(current));
}

/**
 * The plane of a 2-D latent space at the normal quantiles 0.05 to 0.95 along each axis, so that
 * equal steps hold equally many images: z1 grows to the right, z2 upwards.
 */
export function manifold(side: number): LatentGrid {
  checkSizes({ side });
  const quantiles = quantilesOf(side);
  const z = new Float32Array(side * side * 2);
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      z[i++] = quantiles[column];
      z[i++] = quantiles[side - 1 - row];
    }
  }
  return { z: ndarray("float32", [side * side, 2], z), columns: side };
}

/** A row for each axis: that axis at the normal quantiles 0.05 to 0.95, all others at 0. */
export function traversals(latentDim: number, steps: number): LatentGrid {
  checkSizes({ latentDim, steps });
  const quantiles = quantilesOf(steps);
  const z = new Float32Array(latentDim * steps * latentDim);
  for (let axis = 0; axis < latentDim; axis++) {
    for (let step = 0; step < steps; step++) {
      z[(axis * steps + step) * latentDim + axis] = quantiles[step];
    }
  }
  return { z: ndarray("float32", [latentDim * steps, latentDim], z), columns: steps };
}

/**
 * A grid of standard normal quantiles, moved and stretched along each axis to where images lie.
 *
 * @param latents The latent means of images, `[count, latentDim]`.
 */
export function overImages(
  { z, columns }: LatentGrid,
  latents: NdArray<"float32">,
): LatentGrid {
  const moments = axisMoments(latents);
  const moved = z.data.map((value, i) => {
    const { mean, deviation } = moments[i % moments.length];
    return mean + deviation * value;
  });
  return { z: ndarray("float32", z.shape, moved), columns };
}

/** @throws {InputError} If one is no number of points that fits into memory. */
function checkSizes(sizes: Readonly<Record<string, number>>): void {
  const needed = "an integer from 1 to 1000000";
  const names = Object.keys(sizes);
  checkConstraints(
    sizes,
    names.map((name) => [name, needed, isIntegerBetween(1, 1e6)]),
    "choose latent points",
  );
}

function quantilesOf(count: number): number[] {
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, i) => normalQuantile(0.05 + 0.9 * i / (count - 1)));
}
