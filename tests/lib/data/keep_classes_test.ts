import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { slice } from "../../../lib/array/rows.ts";
import type { ImageSource } from "../../../lib/data/image_source.ts";
import { keepClasses } from "../../../lib/data/keep_classes.ts";
import { InputError } from "../../../lib/input_error.ts";

/** Images of one pixel, which is their row. */
function sourceOf(labels: readonly number[], more: Partial<ImageSource> = {}): ImageSource {
  const count = labels.length;
  const images = ndarray("uint8", [count, 1, 1, 1], Uint8Array.from(labels.keys()));
  async function* chunks(size: number) {
    for (let start = 0; start < count; start += size) {
      yield await Promise.resolve(slice(images, start, Math.min(count, start + size)));
    }
  }
  const fileNames = labels.map((_, row) => `${row}.png`);
  const shape = { count, height: 1, width: 1, channels: 1, white: 255, warnings: [] };
  return { ...shape, fileNames, labels: Int32Array.from(labels), chunks, ...more };
}

const NAME = { name: '"x"' };

Deno.test("keepClasses() keeps rows, labels and files of the classes, in chunks of any size", async () => {
  const random = new Random(0, "labels");
  const labels = Array.from({ length: 40 }, () => Math.floor(4 * random.uniform()));
  const expected = [...labels.keys()].filter((row) => labels[row] === 0 || labels[row] === 3);
  for (const size of [1, 3, 16, 100]) {
    const kept = keepClasses(sourceOf(labels), ["3", 0], NAME);
    const pixels: number[] = [];
    for await (const { data, shape } of kept.chunks(size)) {
      assertEquals([data.length > 0, data.length <= size, shape], [true, true, [
        data.length,
        1,
        1,
        1,
      ]]);
      pixels.push(...data);
    }
    assertEquals(pixels, expected);
    assertEquals([kept.count, [...kept.labels!]], [
      pixels.length,
      pixels.map((row) => labels[row]),
    ]);
    assertEquals(kept.fileNames, pixels.map((row) => `${row}.png`));
  }
});

Deno.test("keepClasses() takes classes by name; a number is one only where classes are numbered", () => {
  const classNames = ["cat", "dog", "7"];
  const count = (classes: (string | number)[], more: Partial<ImageSource>) =>
    keepClasses(sourceOf([0, 1, 1, 2], more), classes, NAME).count;
  assertEquals(count(["dog", "7"], { classNames }), 3);
  assertEquals(count(["dog", 2], { classNames, isNumbered: true }), 3);
  assertEquals(count(["01"], {}), 2);
  assertThrows(
    () => count(["dog", 2], { classNames }),
    InputError,
    'Cannot take classes dog, 2 of "x": no image has the label 2, its labels are cat, dog, 7',
  );
  const unlabelled = { ...sourceOf([1]), labels: undefined } as unknown as ImageSource;
  assertThrows(() => keepClasses(unlabelled, ["1"], NAME), InputError, "it has no labels");
});
