import type { NdArray } from "../array/ndarray.ts";
import { take } from "../array/rows.ts";
import type { LatentClassifier } from "../latent/latent_classifier.ts";
import { normalDistributions } from "../latent/normal_distributions.ts";

/** So much of the mean variance is added to every variance: few images say little of rare directions. */
const RIDGE = 0.01;

/**
 * The classifier of images that decisions were spread over.
 *
 * @param z `[count, latentDim]`
 * @param options `predicted`: the column of each image, of which those of no class are left out;
 *   `classes`: the label of each column.
 * @throws {InputError} If a class has no image.
 */
export function fitNamed(
  z: NdArray<"float32">,
  { predicted, classes }: { predicted: Int32Array; classes: readonly number[] },
): LatentClassifier {
  const rows = Array.from(predicted.keys())
    .filter((row) => predicted[row] >= 0 && predicted[row] < classes.length);
  return normalDistributions(take(z, rows), {
    predicted: Int32Array.from(rows, (row) => classes[predicted[row]]),
    classes,
    ridge: RIDGE,
  });
}
