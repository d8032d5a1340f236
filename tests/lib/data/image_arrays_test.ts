import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { mirror, pixelScale, takeRows } from "../../../lib/data/image_arrays.ts";

const images = ndarray("uint8", [2, 1, 3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));

Deno.test("mirror() reverses rows and keeps channels together", () => {
  assertEquals([...mirror(images).data], [5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8]);
  assertEquals(mirror(mirror(images)), images);
});

Deno.test("takeRows() copies images in the order asked for", () => {
  const taken = takeRows(images, [1, 1]);
  assertEquals(taken.shape, [2, 1, 3, 2]);
  assertEquals([...taken.data.subarray(6)], [7, 8, 9, 10, 11, 12]);
});

Deno.test("pixelScale() brings bytes to [0, 1] and leaves floats", () => {
  assertEquals(255 * pixelScale(images), 1);
  assertEquals(pixelScale(ndarray("float32", [0, 1, 1, 1], new Float32Array())), 1);
});
