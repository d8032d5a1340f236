import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { accuracy } from "../../../lib/metrics/classification.ts";
import { selectLatentClassifier } from "../../../lib/latent/mod.ts";
import { wedgeLatents } from "./latents.ts";

Deno.test("heldOutOf() predicts each labelled row once, as the chosen candidate scored", async () => {
  const { latents, labelled } = wedgeLatents();
  const { heldOut, chosen } = await selectLatentClassifier(latents, labelled);
  assertEquals(heldOut.rows.toSorted((a, b) => a - b), [...labelled.labels.keys()]);
  const actual = heldOut.rows.map((row) => labelled.labels[row]);
  assertEquals(accuracy(actual, heldOut.labels), chosen.accuracy);
  assert(heldOut.confidence.every((value) => value > 1 / 3 && value <= 1 + 1e-9));
});

Deno.test("heldOutOf() has no rows where each class has a single one", async () => {
  const { latents, labelled: { latents: all, labels } } = wedgeLatents();
  const first = [...new Set(labels)].map((label) => labels.indexOf(label));
  const width = all.shape[1];
  const data = Float64Array.from(first.flatMap((row) => [
    ...all.data.subarray(row * width, (row + 1) * width),
  ]));
  const { heldOut } = await selectLatentClassifier(latents, {
    latents: ndarray("float64", [first.length, width], data),
    labels: Int32Array.from(first, (row) => labels[row]),
  });
  assertEquals(heldOut, { rows: [], labels: [], confidence: [] });
});
