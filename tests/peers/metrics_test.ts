import { assert, assertEquals } from "@std/assert";
import { classificationScores, confusionMatrix, meanSquaredError } from "../../lib/metrics.ts";
import { Random } from "../../lib/random.ts";
import { structuralSimilarity } from "../../lib/ssim.ts";

/** Runs a Python program with a JSON value on its standard input and reads one from its output. */
async function python(program: string, input: unknown): Promise<unknown> {
  const child = new Deno.Command("python3", {
    args: ["-c", program],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(input)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
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
  const expected = await python(
    `
import json, sys
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support as prf
actual, predicted = json.load(sys.stdin)
result = {"accuracy": accuracy_score(actual, predicted), "counts": confusion_matrix(actual, predicted).tolist()}
for average in ["macro", "micro", None]:
    scores = prf(actual, predicted, average=average, zero_division=0)[:3]
    result[str(average)] = [s.tolist() if average is None else float(s) for s in scores]
print(json.dumps(result))`,
    [actual, predicted],
  ) as Record<"macro" | "micro", number[]> & {
    accuracy: number;
    counts: number[][];
    None: number[][];
  };
  const matrix = confusionMatrix(actual, predicted);
  const scores = classificationScores(matrix);
  assertEquals(matrix.counts, expected.counts);
  assertClose(scores.accuracy, expected.accuracy, 1e-15);
  (["precision", "recall", "f1"] as const).forEach((key, i) => {
    assertClose(scores.macro[key], expected.macro[i], 1e-15);
    assertClose(scores.micro[key], expected.micro[i], 1e-15);
    scores.perClass.forEach((one, j) => assertClose(one[key], expected.None[i][j], 1e-15));
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
    const expected = await python(
      `
import json, sys
import numpy as np
from skimage.metrics import mean_squared_error, structural_similarity
a, b, shape = json.load(sys.stdin)
a, b = (np.array(v).reshape(-1, *shape) for v in (a, b))
print(json.dumps({
  "ssim": [structural_similarity(x, y, data_range=1, channel_axis=-1) for x, y in zip(a, b)],
  "mse": mean_squared_error(a, b)}))`,
      [[...a], [...b], shape],
    ) as { ssim: number[]; mse: number };
    const similarity = structuralSimilarity([a, b], shape);
    expected.ssim.forEach((value, i) => assertClose(similarity[i], value, 1e-12));
    assertClose(meanSquaredError(a, b), expected.mse, 1e-15);
  });
}
