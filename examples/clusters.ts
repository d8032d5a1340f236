// A Gaussian mixture: how many clusters points have, by BIC; to JSON and back.
import { GaussianMixture, ndarray, Random } from "@glimpse/glimpse";

const random = new Random(0, "points");
const centres = [[0, 0], [6, 0], [3, 5]];
const points = Float64Array.from(
  { length: 300 * 2 },
  (_, i) => centres[Math.floor(i / 2) % 3][i % 2] + random.normal(),
);
const x = ndarray("float64", [300, 2], points);

const fitted = [1, 2, 3, 4, 5].map((nComponents) => new GaussianMixture({ nComponents }).fit(x));
const best = fitted.toSorted((a, b) => a.bic(x) - b.bic(x))[0];
console.log(`${best.options.nComponents} clusters`);

const copy = GaussianMixture.fromJSON(JSON.parse(JSON.stringify(best)));
console.log(`the copy agrees: ${copy.score(x) === best.score(x)}`);
