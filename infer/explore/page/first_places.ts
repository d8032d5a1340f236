import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import type { PageData } from "../page_data.ts";

/** The middle of the points: where the reader begins. */
export function firstPlace(data: PageData): Float32Array<ArrayBuffer> {
  return meanOf(data, () => true);
}

/**
 * The filmstrip's first ends: on the line through the centres of the first and the last class, a
 * fifth of the way beyond them, so that they do not hide the names of the classes.
 */
export function firstEnds(data: PageData): [a: Float32Array, b: Float32Array] {
  const { classes } = data.classifier;
  const { labels } = classifyLatents(data.classifier, data.points);
  const [first, last] = [classes[0], classes.at(-1)!]
    .map((label) => meanOf(data, (i) => labels[i] === label));
  const beyond = (end: Float32Array, other: Float32Array) =>
    end.map((value, i) => value + 0.2 * (value - other[i]));
  return [beyond(first, last), beyond(last, first)];
}

/** The mean of the points that are counted; the origin if none is. */
function meanOf(
  { points, latentDim }: PageData,
  counts: (point: number) => boolean,
): Float32Array<ArrayBuffer> {
  const sum = new Float64Array(latentDim);
  let count = 0;
  for (let i = 0; i < points.shape[0]; i++) {
    if (!counts(i)) continue;
    count++;
    for (let j = 0; j < latentDim; j++) sum[j] += points.data[i * latentDim + j];
  }
  return Float32Array.from(sum, (value) => value / Math.max(1, count));
}
