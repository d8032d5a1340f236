import { assert, assertEquals } from "@std/assert";
import {
  fitBatchSize,
  fitEpochs,
  fitFilters,
  fitLatentDim,
  isPhoto,
  leftOpen,
} from "../../../train/systems/fit_to_data.ts";

const batchOf = (count: number, side = 28, channels = 1) =>
  fitBatchSize({ count, imageShape: [side, side, channels] });

Deno.test("fitBatchSize() is smaller for large images, so that memory does not grow with them", () => {
  assertEquals([[28, 3], [64, 1], [64, 3], [256, 3]].map(([side, c]) => batchOf(5000, side, c)), [
    128,
    97,
    32,
    16,
  ]);
});

Deno.test("fitBatchSize() is 128, and never more than there are images", () => {
  assertEquals([1, 10, 60, 200, 511, 512, 60_000].map((count) => batchOf(count)), [
    1,
    10,
    16,
    50,
    127,
    128,
    128,
  ]);
});

Deno.test("fitEpochs() are at least so many steps, whatever the image count", () => {
  const usual = { epochs: 8, steps: 1000 };
  for (const count of [1, 2, 57, 500, 1235, 16_000, 60_000, 1_000_000]) {
    const batchSize = batchOf(count);
    const epochs = fitEpochs({ count, batchSize }, usual);
    const steps = epochs * Math.floor(count / batchSize);
    assert(epochs >= 8 && steps >= 1000, `${count}: ${epochs} epochs, ${steps} steps`);
    assert(epochs === 8 || steps < 1000 + Math.floor(count / batchSize), `${count}: ${steps}`);
  }
});

Deno.test("fitFilters() bring maps to at most 8x8", () => {
  for (const side of [4, 8, 28, 32, 33, 64, 100, 256]) {
    const filters = fitFilters([side, side / 2, 1]);
    assert(side / 2 ** filters.length <= 8 && filters.length >= 2, `${side}: ${filters}`);
  }
  assertEquals(fitFilters([28, 28, 1]), [16, 32]);
});

Deno.test("isPhoto() is true of colour and of large images", () => {
  assertEquals([[8, 8, 1], [28, 28, 1], [32, 32, 1]].map((s) => isPhoto(s as never)), [
    false,
    false,
    false,
  ]);
  assertEquals([[28, 28, 3], [48, 48, 1], [64, 64, 3]].map((s) => isPhoto(s as never)), [
    true,
    true,
    true,
  ]);
});

Deno.test("fitLatentDim() has room for centres of all classes that are equally distant", () => {
  assertEquals([1, 2, 3, 10, 20].map(fitLatentDim), [2, 2, 2, 9, 19]);
});

Deno.test("leftOpen() leaves out what the user gave", () => {
  const options = { epochs: 3, filters: undefined, toString: undefined };
  assertEquals(leftOpen(options, { epochs: 8, filters: [16] } as never), { filters: [16] });
});
