import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import {
  augmentedViews,
  rowsInTurn,
  stepsPerEpoch,
  targetBatchSize,
  targetViews,
} from "../../../../train/systems/few_labels/feed.ts";

Deno.test("rowsInTurn() gives each row once before any comes again, and goes on where it stopped", () => {
  const rows = rowsInTurn(5, { start: 0, length: 12, seed: 1 });
  assertEquals([...rows.slice(0, 5)].sort(), [0, 1, 2, 3, 4]);
  assertEquals([...rows.slice(5, 10)].sort(), [0, 1, 2, 3, 4]);
  assertEquals(rowsInTurn(5, { start: 3, length: 9, seed: 1 }), rows.slice(3));
});

const images = ndarray("uint8", [6, 4, 4, 1], new Uint8Array(96).fill(100));
const options = { augmentation: { erase: 0.5 }, batchSize: 4, seed: 0 };

Deno.test("augmentedViews() gives two different views, the same again for the same epoch", () => {
  const { first, second, rows } = augmentedViews(images, options)(4);
  assertEquals(first.shape, [4 * 40, 4, 4, 1]);
  assertEquals(rows.length, 4 * 40);
  assert(first.data.some((value, i) => value !== second.data[i]));
  assertEquals(augmentedViews(images, options)(4).first, first);
});

Deno.test("targetViews() has labelled images in every batch, a fifth of the loss in all", () => {
  const probabilities = ndarray("float32", [6, 2], new Float32Array(12).fill(0.5));
  const weights = new Float32Array(6).fill(1);
  const targets = { images, probabilities, weights, labelledWeights: Float32Array.of(1, 1) };
  const { weight, target } = targetViews(targets, options)(3);
  const size = targetBatchSize(2, 4);
  assertEquals([size, target.shape[0]], [6, 6 * 40]);
  const sum = (from: number, to: number) =>
    (weight.data as Float32Array).slice(from, to).reduce((a, b) => a + b, 0) / size;
  assertAlmostEquals(sum(0, 4), 1, 1e-6);
  assertAlmostEquals(sum(4, 6), 0.2, 1e-6);
});

Deno.test("stepsPerEpoch() is smaller for large images, so that their views fit in memory", () => {
  const steps = (size: number[]) => {
    const images = ndarray("uint8", [0, ...size], new Uint8Array());
    return stepsPerEpoch(images, 256);
  };
  assertEquals([[28, 28, 1], [32, 32, 3], [64, 64, 3], [600, 800, 3]].map(steps), [40, 12, 3, 1]);
});
