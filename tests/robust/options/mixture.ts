import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import * as latent from "../../../lib/latent/mod.ts";
import * as mixture from "../../../lib/mixture/mod.ts";
import { GraphBuilder } from "../../../lib/onnx/mod.ts";
import { tinyMixture } from "../../tiny_run.ts";
import { type Case, hold, type Odd } from "./odd.ts";

const random = new Random(1, "points");
const POINTS = ndarray(
  "float64",
  [24, 2],
  Float64Array.from({ length: 48 }, (_, i) => [0, 6, 12][(i >> 1) % 3] + random.normal()),
);
const LABELS = Int32Array.of(1, 4, 8, 1, 4, 8);
const labelled = (odd: Odd) => ({
  latents: odd.points(ndarray("float64", [6, 2], POINTS.data.slice(0, 12))),
  labels: odd.labels(LABELS),
});

const mixtureOptions = (odd: Odd) => ({
  nComponents: odd.count(2),
  covarianceType: odd.name(odd.pick(mixture.COVARIANCE_TYPES)),
  tol: odd.number(1e-3),
  regCovar: odd.number(1e-6),
  maxIter: odd.times(20),
  nInit: odd.times(1),
  initParams: odd.name(odd.pick(["kmeans", "k-means++", "random", "random_from_data"] as const)),
  seed: odd.times(0),
});

const memberOptions = (odd: Odd) => ({
  transform: odd.name(odd.pick(latent.TRANSFORM_NAMES)),
  scale: odd.optional(odd.number(1)),
  covarianceType: odd.name(odd.pick(mixture.COVARIANCE_TYPES)),
  componentsPerClass: odd.times(1),
  labelWeight: odd.number(1),
  maxIter: odd.times(20),
  tol: odd.number(1e-3),
  relativeRegCovar: odd.number(1e-3),
  nInit: odd.times(1),
});

/** Shares lie in [0, 1] and sum to 1 in each row. */
function holdShares(data: Float64Array, columns: number): void {
  for (let at = 0; at < data.length; at += columns) {
    const row = data.subarray(at, at + columns);
    const sum = row.reduce((total, share) => total + share, 0);
    hold(row.every((share) => share >= 0) && Math.abs(sum - 1) < 1e-6, `shares are ${row}`);
  }
}

export const mixtureCases: Record<string, Case> = {
  GaussianMixture: (odd) => {
    const fitted = new mixture.GaussianMixture(mixtureOptions(odd)).fit(odd.points(POINTS), {
      sampleWeight: odd.pick([new Array(24).fill(1), new Array(24).fill(0), odd.list([1])]),
    });
    const { nComponents } = fitted.options;
    holdShares(fitted.weights.data, nComponents);
    const x = odd.points(POINTS);
    holdShares(fitted.predictProba(x).data, nComponents);
    hold(fitted.predict(x).every((c) => c >= 0 && c < nComponents), "no such component");
    return [
      fitted.means,
      fitted.covariances,
      fitted.precisions,
      fitted.scoreSamples(x),
      fitted.sample(odd.times(3), { seed: odd.times(0) }),
      x.shape[0] > 0 && [fitted.score(x), fitted.aic(x), fitted.bic(x)],
    ];
  },
  kMeans: (odd) => {
    const points = odd.points(POINTS);
    const found = mixture.kMeans(points, {
      nClusters: odd.count(3),
      nInit: odd.times(1),
      maxIter: odd.times(20),
      tol: odd.number(1e-4),
      seed: odd.times(0),
    });
    const [clusters] = found.centers.shape;
    hold(found.labels.length === points.shape[0], `${found.labels.length} labels`);
    hold(found.labels.every((label) => label >= 0 && label < clusters), "no such cluster");
    return found;
  },
  fitTransform: (odd) =>
    latent.fitTransform(odd.name(odd.pick(latent.TRANSFORM_NAMES)), odd.points(POINTS), {
      scale: odd.optional(odd.number(1)),
    }),
  transformLatents: (odd) =>
    latent.transformLatents({
      name: odd.name(odd.pick(latent.TRANSFORM_NAMES)),
      mean: odd.list([0, 0]),
      std: odd.list([1, 1]),
      scale: odd.number(1),
    }, odd.points(POINTS)),
  fitLatentClassifier: (odd) => {
    const members = odd.pick([[memberOptions(odd)], [], [{}, memberOptions(odd)]]);
    const fitted = latent.fitLatentClassifier(odd.points(POINTS), labelled(odd), {
      members,
      seed: odd.times(0),
    });
    const { probabilities } = latent.classifyLatents(fitted, POINTS);
    holdShares(probabilities.data, fitted.classes.length);
    return fitted;
  },
  classifyLatents: (odd) => {
    const { probabilities } = latent.classifyLatents(tinyMixture(), odd.points(POINTS));
    holdShares(probabilities.data, 3);
  },
  async selectLatentClassifier(odd) {
    const found = await latent.selectLatentClassifier(odd.points(POINTS), labelled(odd), {
      candidates: odd.pick([[], [{ name: "one", members: [memberOptions(odd)] }]]) as never,
      folds: odd.times(3),
      maxRows: odd.times(20),
      seed: odd.times(0),
    });
    const { probabilities } = latent.classifyLatents(found.classifier, POINTS);
    holdShares(probabilities.data, found.classifier.classes.length);
    return found.classifier;
  },
  formatMixture: () => latent.parseMixture(latent.formatMixture(tinyMixture())),
  parseMixture: (odd) =>
    latent.parseMixture(
      latent.formatMixture(tinyMixture()).replace(odd.pick(["0.25", '"', "[", "4"]), "-1"),
    ),
  appendLatentClassifier: (odd) => {
    const builder = new GraphBuilder();
    const z = builder.input("z", "float32", ["batch", 2]);
    latent.appendLatentClassifier(builder, z, tinyMixture(odd.pick([2, 2, 3])));
  },
  buildLatentClassifier: (odd) => latent.buildLatentClassifier(tinyMixture(odd.pick([2, 3]))),
  InputError: () => new InputError("Cannot").message,
  Random: (odd) => {
    const source = new Random(odd.times(3), odd.pick(["", "noise"]));
    const limit = odd.count(5);
    hold(source.integer(limit) < limit, "too large");
    return [source.normals(odd.times(4)), source.permutation(odd.times(4)), source.uniform()];
  },
  ndarray: (odd) => ndarray(odd.name("float32"), odd.list([2, 2]), new Float32Array(4)),
};
