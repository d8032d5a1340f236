import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import type { Images, LabelledImages } from "../../../lib/data/dataset.ts";
import {
  filterClasses,
  labelImages,
  sampleEvenly,
  sampleLabelled,
  splitByClass,
  splitImages,
} from "../../../lib/data/sample.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";

/** Images of 1 x 2 whose pixels tell their index. */
function numbered(count: number): Images {
  const pixels = Float32Array.from({ length: 2 * count }, (_, i) => Math.floor(i / 2) / 256);
  return ndarray("float32", [count, 1, 2, 1], pixels);
}

function indicesOf({ shape: [count], data }: Images): number[] {
  return Array.from({ length: count }, (_, i) => data[2 * i] * 256);
}

function labelled(count: number): LabelledImages {
  const labels = Int32Array.from({ length: count }, (_, i) => [1, 4, 8][i % 3]);
  return labelImages(numbered(count), labels);
}

Deno.test("sampleLabelled() draws as many of every class and leaves the others", () => {
  const { labelled: drawn, rest } = sampleLabelled(labelled(100), { perClass: 5, seed: 3 });
  assertEquals([...drawn.labels], [1, 4, 8].flatMap((label) => Array(5).fill(label)));
  const all = [...indicesOf(drawn.images), ...indicesOf(rest.images)];
  assertEquals(all.sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
  for (const part of [drawn, rest]) {
    assertEquals(indicesOf(part.images).map((index) => [1, 4, 8][index % 3]), [...part.labels]);
  }
});

Deno.test("sampleLabelled() draws by the seed", () => {
  const draw = (seed: number) =>
    indicesOf(sampleLabelled(labelled(200), { perClass: 5, seed }).labelled.images);
  assertEquals(draw(1), draw(1));
  assertNotEquals(draw(1), draw(2));
});

Deno.test("sampleLabelled() throws if a class has too few images", () => {
  const few = labelImages(numbered(4), Int32Array.of(1, 1, 4, 1));
  assertThrows(
    () => sampleLabelled(few, { perClass: 2, seed: 0 }),
    InputError,
    "Cannot sample 2 labelled images of class 4: it has 1",
  );
  for (const perClass of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => sampleLabelled(few, { perClass, seed: 0 }),
      InputError,
      `Cannot sample ${perClass} labelled images of each class: a positive integer is needed`,
    );
  }
});

Deno.test("filterClasses() keeps the order of the images", () => {
  const { images, labels } = filterClasses(labelled(7), [8, 1]);
  assertEquals([indicesOf(images), [...labels]], [[0, 2, 3, 5, 6], [1, 8, 1, 8, 1]]);
});

Deno.test("filterClasses() throws if a class has no image", () => {
  assertThrows(
    () => filterClasses(labelled(7), [1, 5]),
    InputError,
    "Cannot use class 5: no image has that label, the labels are 1, 4, 8",
  );
});

Deno.test("labelImages() throws if labels are of another length", () => {
  assertThrows(
    () => labelImages(numbered(3), Int32Array.of(1, 2)),
    InputError,
    "Cannot label images: there are 2 labels for 3 images, one each is needed",
  );
});

Deno.test("splitImages() holds out a count or a part, by the seed", () => {
  const images = numbered(50);
  for (const heldOut of [10, 0.2]) {
    const parts = splitImages(images, { heldOut, seed: 1 });
    assertEquals([parts.kept.shape[0], parts.heldOut.shape[0]], [40, 10]);
    const all = [...indicesOf(parts.kept), ...indicesOf(parts.heldOut)];
    assertEquals(all.sort((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i));
    assertEquals(parts, splitImages(images, { heldOut, seed: 1 }));
    assertNotEquals(parts, splitImages(images, { heldOut, seed: 2 }));
  }
});

Deno.test("splitImages() throws if a part would be empty", () => {
  for (const heldOut of [0, -1, 50, 51, 2.5, 0.001, NaN]) {
    assertThrows(
      () => splitImages(numbered(50), { heldOut, seed: 1 }),
      InputError,
      `Cannot hold out ${heldOut} of 50 images: at least one must be held out and one kept`,
    );
  }
});

Deno.test("splitByClass() holds out the same share of each class, by seed, at least one", () => {
  const labels = Int32Array.from({ length: 113 }, (_, i) => i < 100 ? i % 2 : i < 110 ? 7 : 9);
  const { kept, heldOut } = splitByClass(labels, { heldOut: 0.2, seed: 1 });
  assertEquals([...kept, ...heldOut].sort((a, b) => a - b), [...labels.keys()]);
  assertEquals(heldOut, heldOut.toSorted((a, b) => a - b));
  const counts = [0, 1, 7, 9].map((label) => heldOut.filter((row) => labels[row] === label).length);
  assertEquals(counts, [10, 10, 2, 1]);
  assertEquals(splitByClass(labels, { heldOut: 0.2, seed: 1 }).heldOut, heldOut);
  assertNotEquals(splitByClass(labels, { heldOut: 0.2, seed: 2 }).heldOut, heldOut);
});

Deno.test("splitByClass() rejects a class with one image, by its name", () => {
  assertThrows(
    () =>
      splitByClass(Int32Array.of(0, 0, 1), {
        heldOut: 0.2,
        seed: 0,
        nameOf: (label) => ["cat", "dog"][label],
      }),
    InputError,
    "class dog: it has one image, at least one must be held out and one kept; --validation-split 0",
  );
});

Deno.test("sampleEvenly() takes as many of each class while there are, and each row once", () => {
  const random = new Random(0);
  for (let turn = 0; turn < 30; turn++) {
    const labels = Int32Array.from({ length: 40 }, () => random.integer(3) * random.integer(2));
    const count = random.integer(41);
    const { sampled, others } = sampleEvenly(labels, { count, random });
    assertEquals(sampled.length, count);
    assertEquals([...sampled, ...others].sort((a, b) => a - b), Array.from(labels, (_, i) => i));
    const counts = [0, 1, 2].map((c) => sampled.filter((row) => labels[row] === c).length);
    const most = Math.max(...counts);
    counts.forEach((taken, c) => {
      const left = others.filter((row) => labels[row] === c).length;
      assertEquals(taken >= most - 1 || left === 0, true);
    });
  }
});
