import { assertEquals, assertRejects } from "@std/assert";
import { encodeNpz } from "../../../lib/data/npz.ts";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeExamples, pickExamples, readExamples } from "../../../lib/run/examples.ts";

/** Images of one pixel, whose value is their place. */
function images(labels: readonly number[]) {
  const count = labels.length;
  const pixels = Uint8Array.from(labels.keys());
  return {
    images: { pixels, count, height: 1, width: 1, channels: 1 },
    labels: Int32Array.from(labels),
  };
}

Deno.test("pickExamples() takes the first of each class, in the order of the classes", () => {
  const labels = [8, 8, 8, 8, 8, 8, 1, 4, 1, 4, 1, 4, 1];
  assertEquals([...pickExamples(images(labels)).pixels], [6, 8, 10, 12, 7, 9, 11, 0, 1, 2]);
  assertEquals([...pickExamples(images([4, 1, 4])).pixels], [1, 0, 2]);
});

Deno.test("readExamples() gives back what encodeExamples() wrote, bytes or floats", async () => {
  const labelled = images([1, 2]).images;
  const test = { ...labelled, pixels: Float32Array.of(0.25, 1) };
  assertEquals(await readExamples(encodeExamples({ labelled, test })), { labelled, test });
  assertEquals(await readExamples(encodeExamples({ labelled })), { labelled });
});

Deno.test("readExamples() throws if there are no images", async () => {
  const flatOf = (length: number) => ndarray("uint8", [length], new Uint8Array(length));
  const flat = encodeNpz({ labelled: flatOf(2) });
  await assertRejects(() => readExamples(flat), InputError, "shape [2]");
  await assertRejects(
    () => readExamples(encodeNpz({ other: flatOf(2) })),
    InputError,
    '"labelled" is missing',
  );
});
