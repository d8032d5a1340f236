import { assert, assertThrows } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { structuralSimilarity } from "../../../lib/metrics/ssim.ts";

const shape: [number, number, number] = [9, 8, 1];
const random = new Random(3);
const image = Float64Array.from({ length: 72 }, () => random.uniform());

Deno.test("structuralSimilarity() is 1 for equal images and the same both ways", () => {
  const other = image.map((value) => 1 - value);
  const [same, different] = structuralSimilarity(
    [Float64Array.of(...image, ...image), Float64Array.of(...image, ...other)],
    shape,
  );
  assert(Math.abs(same - 1) < 1e-12);
  assert(different < 0); // the negative of an image is less like it than noise
  const [turned] = structuralSimilarity([other, image], shape);
  assert(Math.abs(turned - different) < 1e-12);
});

Deno.test("structuralSimilarity() is by hand where the window is the image", () => {
  const a = Float64Array.of(0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1);
  const b = Float64Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1);
  const [meanA, meanB] = [1 / 2, 1 / 3];
  const [varA, varB, cov] = [6 * 0.25 / 8, (3 - 9 / 9) / 8, (3 - 9 * meanA * meanB) / 8];
  const expected = (2 * meanA * meanB + 1e-4) * (2 * cov + 9e-4) /
    ((meanA ** 2 + meanB ** 2 + 1e-4) * (varA + varB + 9e-4));
  const [actual] = structuralSimilarity([a, b], [3, 3, 1], { windowSize: 3 });
  assert(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
});

Deno.test("structuralSimilarity() is the mean over channels", () => {
  const other = image.map((value, i) => value * 0.5 + 0.3 * (i % 2));
  const [first] = structuralSimilarity([image, other], shape);
  const [second] = structuralSimilarity([other, image.map((value) => value ** 2)], shape);
  const weave = (x: Float64Array, y: Float64Array) =>
    Float64Array.from({ length: 144 }, (_, i) => (i % 2 === 0 ? x : y)[i >> 1]);
  const [both] = structuralSimilarity(
    [weave(image, other), weave(other, image.map((value) => value ** 2))],
    [9, 8, 2],
  );
  assert(Math.abs(both - (first + second) / 2) < 1e-12);
});

Deno.test("structuralSimilarity() throws if the window does not fit or sizes differ", () => {
  assertThrows(
    () => structuralSimilarity([image, image], [6, 12, 1]),
    RangeError,
    "Cannot compare images of 6x12: the window is 7x7",
  );
  assertThrows(
    () => structuralSimilarity([image, image], shape, { windowSize: 4 }),
    RangeError,
    "an odd one of 3 or more that fits is needed",
  );
  assertThrows(
    () => structuralSimilarity([image, image.subarray(1)], shape),
    RangeError,
    "there are 72 and 71 pixels",
  );
});

Deno.test("structuralSimilarity() throws for windows and ranges that say nothing", () => {
  const images = new Float64Array(64);
  for (
    const options of [-1, 0, 1, 2, 9, NaN, 1.5, Infinity].map((windowSize) => ({ windowSize }))
  ) {
    assertThrows(
      () => structuralSimilarity([images, images], [8, 8, 1], options),
      RangeError,
      `the window is ${options.windowSize}x`,
    );
  }
  for (const dataRange of [0, -1, NaN, Infinity]) {
    assertThrows(
      () => structuralSimilarity([images, images], [8, 8, 1], { dataRange }),
      RangeError,
      `dataRange is ${dataRange}`,
    );
  }
});
