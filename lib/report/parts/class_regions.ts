import { classifyLatents, type LatentClassifier } from "../../latent/latent_classifier.ts";
import { ndarray } from "../../array/ndarray.ts";
import type { ClassPicture } from "../../plot/class_picture.ts";
import type { Domain } from "../../plot/points_picture.ts";

/**
 * The predicted class over a latent plane, as a tint that is stronger where its probability is
 * higher, and absent where hardly any image lies.
 *
 * @param options.threshold The least log-likelihood of a place that is tinted.
 * @param options.side Places along each side at which the classifier is asked.
 */
export function classRegions(
  classifier: LatentClassifier,
  { domain: { x, y }, threshold, side = 240 }: { domain: Domain; threshold: number; side?: number },
): ClassPicture {
  const z = new Float64Array(side * side * 2);
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      z[i++] = x[0] + (column + 0.5) / side * (x[1] - x[0]);
      z[i++] = y[1] - (row + 0.5) / side * (y[1] - y[0]);
    }
  }
  const count = side * side;
  const answer = classifyLatents(classifier, ndarray("float64", [count, 2], z));
  const classes = Uint8Array.from(answer.labels, (label) => classifier.classes.indexOf(label));
  const opacity = Float32Array.from({ length: count }, (_, i) => {
    if (answer.logLikelihood[i] < threshold) return 0;
    const size = classifier.classes.length;
    const sure = answer.probabilities.data[i * size + classes[i]];
    return 0.05 + 0.25 * (size === 1 ? 1 : (sure - 1 / size) / (1 - 1 / size));
  });
  return { width: side, height: side, classes, opacity };
}
