import { assert, assertEquals } from "@std/assert";
import {
  classificationScores,
  confusionMatrix,
  meanSquaredError,
} from "../../lib/metrics/classification.ts";
import { Random } from "../../lib/array/random.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { frechetDistance } from "../../bench/frechet_distance.ts";
import { structuralSimilarity } from "../../lib/metrics/ssim.ts";
import { runPython } from "./python.ts";

/** What `metrics_peer.py` says of some arguments. */
async function peer(what: "labels" | "images" | "points", ...args: unknown[]): Promise<unknown> {
  return JSON.parse(await runPython("metrics_peer.py", [what], { input: JSON.stringify(args) }));
}

function assertClose(actual: number, expected: number, tolerance: number): void {
  assert(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

Deno.test("classificationScores() gives scikit-learn's numbers", async () => {
  const random = new Random(1);
  const labels = [1, 4, 8, -3];
  // Label -3 is never predicted, 5 never actual: both divide by 0 somewhere.
  const actual = Array.from({ length: 500 }, () => labels[random.integer(4)]);
  const predicted = actual.map((label) =>
    random.uniform() < 0.6 ? label : [1, 4, 5][random.integer(3)]
  )
    .map((label) => label === -3 ? 8 : label);
  const expected = await peer("labels", actual, predicted) as
    & Record<"macro" | "micro", number[]>
    & {
      accuracy: number;
      counts: number[][];
      perClass: number[][];
    };
  const matrix = confusionMatrix(actual, predicted);
  const scores = classificationScores(matrix);
  assertEquals(matrix.counts, expected.counts);
  assertClose(scores.accuracy, expected.accuracy, 1e-15);
  (["precision", "recall", "f1"] as const).forEach((key, i) => {
    assertClose(scores.macro[key], expected.macro[i], 1e-15);
    assertClose(scores.micro[key], expected.micro[i], 1e-15);
    scores.perClass.forEach((one, j) => assertClose(one[key], expected.perClass[i][j], 1e-15));
  });
});

for (const shape of [[28, 28, 1], [7, 9, 1], [12, 10, 3]] as [number, number, number][]) {
  Deno.test(`structuralSimilarity() and meanSquaredError() give scikit-image's numbers for ${shape}`, async () => {
    const random = new Random(2);
    const count = 3;
    const a = Float64Array.from(
      { length: count * shape[0] * shape[1] * shape[2] },
      () => random.uniform(),
    );
    const b = a.map((value) => Math.min(1, Math.max(0, value * 0.7 + 0.2 * random.normal())));
    const expected = await peer("images", [...a], [...b], shape) as { ssim: number[]; mse: number };
    const similarity = structuralSimilarity([a, b], shape);
    expected.ssim.forEach((value, i) => assertClose(similarity[i], value, 1e-12));
    assertClose(meanSquaredError(a, b), expected.mse, 1e-15);
  });
}

Deno.test("frechetDistance() gives scipy's number", async () => {
  const random = new Random(3);
  const [features, counts] = [6, [40, 60]];
  const sets = counts.map((count, set) => {
    const common = random.normals(count);
    // Correlated, and shifted.
    return random.normals(count * features).map((value, i) =>
      value * (1 + i % features) + common[Math.floor(i / features)] * (set + 1) + set
    );
  });
  const expected = await peer("points", [...sets[0]], [...sets[1]], features) as number;
  const [a, b] = sets.map((data, i) => ndarray("float32", [counts[i], features], data));
  assertClose(frechetDistance(a, b), expected, 1e-6 * expected);
});
