import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { tinyMixture } from "../../tiny_run.ts";

/** Names that are hard to carry through a plot: keys of every object, code, markup, equal, empty. */
export const HARD_NAMES = [
  "__proto__",
  "constructor",
  "same",
  "same",
  "",
  "a'b\"c\\",
  "</text><b>&",
  "line\nbreak\u0000\u2028",
  "\ud800 half",
  "datum.value datum.label",
];

/** As many class names as needed, the hard ones first. */
export function classNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => HARD_NAMES[i] ?? `class ${i}`);
}

/** Points about the means of the tiny mixture, by seed. */
export function tinyPoints(count: number, seed: number) {
  const { mixture } = tinyMixture().members[0];
  const random = new Random(seed);
  const classes = Int32Array.from({ length: count }, (_, i) => i % 3);
  const points = new Float32Array(2 * count);
  for (let i = 0; i < points.length; i++) {
    points[i] = mixture.means.data[2 * classes[i >> 1] + i % 2] + random.normal() / 2;
  }
  return { points: ndarray("float32", [count, 2], points), classes };
}

/** Predicted labels of which some are wrong, with the probability of each. */
export function predictions({ classes = 3, count = 300 } = {}) {
  const random = new Random(5);
  const actual = Int32Array.from({ length: count }, (_, i) => i % classes);
  const confidences = Array.from(actual, () => 0.4 + 0.6 * random.uniform());
  const predicted = actual.map((label, i) =>
    random.uniform() < confidences[i] ? label : (label + 1) % classes
  );
  return { actual, confidences, predicted };
}

/** The texts of an SVG, as they are read. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&")
  );
}
