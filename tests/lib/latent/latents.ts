import type { LabelledLatents } from "../../../lib/latent/mod.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";

/** The user's labels of {@linkcode wedgeLatents}. */
export const CLASSES = [1, 4, 8];

/**
 * Latents as a variational auto-encoder leaves them: a normal distribution in the plane that three
 * classes share out as wedges, with thin gaps between them; and a few labelled rows of each.
 */
export function wedgeLatents(
  { count = 1500, labelsPerClass = 5, seed = 0 }: {
    count?: number;
    labelsPerClass?: number;
    seed?: number;
  } = {},
): { latents: NdArray<"float64">; labels: Int32Array; labelled: LabelledLatents } {
  const random = new Random(seed, "wedges");
  const draw = (index: number) => {
    while (true) {
      const [x, y] = [random.normal(), random.normal()];
      const turn = Math.atan2(y, x) / (2 * Math.PI) * 3 + 1.5;
      const gap = Math.abs(turn - Math.round(turn)) * Math.hypot(x, y);
      if (Math.floor(turn) % 3 === index && gap > 0.12) return [x, y];
    }
  };
  const points = (labels: Int32Array) =>
    ndarray(
      "float64",
      [labels.length, 2],
      Float64Array.from(Array.from(labels, (label) => draw(CLASSES.indexOf(label))).flat()),
    );
  const labels = Int32Array.from({ length: count }, () => CLASSES[random.integer(3)]);
  const known = Int32Array.from({ length: 3 * labelsPerClass }, (_, i) => CLASSES[i % 3]);
  return {
    latents: points(labels),
    labels,
    labelled: { latents: points(known), labels: known },
  };
}

/** The part of labels that two lists share. */
export function agreement(a: Int32Array, b: Int32Array): number {
  return a.reduce((sum, label, i) => sum + (label === b[i] ? 1 : 0), 0) / a.length;
}
