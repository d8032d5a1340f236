import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { labelFolds, splitLabels } from "../../../lib/latent/label_folds.ts";

Deno.test("splitLabels() holds each row out once, and one of each class at a time", () => {
  const labels = Int32Array.from({ length: 15 }, (_, i) => [8, 1, 4][i % 3]);
  const parts = splitLabels(labels, 5, new Random(0));
  assertEquals(parts.flat().sort((a, b) => a - b), [...labels.keys()]);
  for (const part of parts) assertEquals(part.map((row) => labels[row]), [1, 4, 8]);
});

Deno.test("splitLabels() leaves no part empty and no class without a row, whatever the counts", () => {
  const random = new Random(1, "folds");
  for (let trial = 0; trial < 50; trial++) {
    const labels = Int32Array.from({ length: 1 + random.integer(12) }, () => random.integer(4));
    const parts = splitLabels(labels, 2 + random.integer(5), random);
    const counts = (rows: number[]) => new Set(rows.map((row) => labels[row])).size;
    const all = counts([...labels.keys()]);
    for (const part of parts) {
      const rest = [...labels.keys()].filter((row) => !part.includes(row));
      assertEquals(counts(rest), all);
      assert(part.length > 0 || parts.length === 1);
    }
  }
});

Deno.test("splitLabels() gives one part without rows where nothing can be held out", () => {
  assertEquals(splitLabels(Int32Array.of(1, 4, 8), 5, new Random(0)), [[]]);
});

Deno.test("labelFolds() are the same for a seed, and none where nothing can be held out", () => {
  const labels = Int32Array.from({ length: 15 }, (_, i) => i % 3);
  assertEquals(labelFolds(labels, 1), labelFolds(labels, 1));
  assertEquals(labelFolds(labels, 1).flat().length, 15);
  assertEquals(labelFolds(Int32Array.of(4, 1), 0), []);
});
