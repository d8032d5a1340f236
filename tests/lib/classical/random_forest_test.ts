import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { argMaxRows } from "../../../lib/array/stats.ts";
import { fitRandomForest, predictRandomForest } from "../../../lib/classical/random_forest.ts";

/** Points of a checkerboard, which no single feature tells the class of. */
function checkerboard(count: number, random: Random) {
  const data = Float32Array.from({ length: 2 * count }, () => 3 * random.uniform());
  const labels = Int32Array.from(
    { length: count },
    (_, i) => (Math.floor(data[2 * i]) + Math.floor(data[2 * i + 1])) % 2,
  );
  return { points: ndarray("float32", [count, 2], data), labels };
}

Deno.test("fitRandomForest() learns a checkerboard, alike for a seed, and gives probabilities", () => {
  const random = new Random(0);
  const train = checkerboard(600, random), test = checkerboard(300, random);
  const fit = (seed: number) =>
    predictRandomForest(
      test.points,
      fitRandomForest(train.points, train.labels, { classes: 2, trees: 30, seed }),
    ).data;
  const probabilities = fit(0);
  const predicted = argMaxRows(probabilities, 2);
  const right = predicted.filter((label, i) => label === test.labels[i]).length;
  assert(right > 0.93 * 300, `${right} of 300`);
  for (let i = 0; i < 600; i += 2) {
    assert(Math.abs(probabilities[i] + probabilities[i + 1] - 1) < 1e-5);
  }
  assertEquals([probabilities, probabilities.some((value, i) => value !== fit(1)[i])], [
    fit(0),
    true,
  ]);
});

Deno.test("fitRandomForest() gives shares where points do not tell classes apart, for any sizes", () => {
  const random = new Random(1);
  for (let turn = 0; turn < 20; turn++) {
    const [count, features] = [1 + random.integer(6), 1 + random.integer(4)];
    const same = ndarray("float32", [count, features], new Float32Array(count * features).fill(2));
    const labels = Array.from({ length: count }, () => random.integer(3));
    const forest = fitRandomForest(same, labels, { classes: 3, trees: 400, seed: turn });
    const { data } = predictRandomForest(same, forest);
    for (let c = 0; c < 3; c++) {
      const share = labels.filter((label) => label === c).length / count;
      assert(Math.abs(data[c] - share) < 0.12, `${data[c]} is not ${share}`);
    }
  }
});
