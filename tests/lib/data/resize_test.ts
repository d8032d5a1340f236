import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { slice } from "../../../lib/array/rows.ts";
import { resampleImages, resizeImages } from "../../../lib/data/resize.ts";

const random = new Random(2);
const BYTES = ndarray(
  "uint8",
  [3, 6, 8, 3],
  Uint8Array.from({ length: 432 }, () => random.integer(256)),
);
const FLOATS = ndarray("float32", BYTES.shape, Float32Array.from(BYTES.data));

function meanOf(values: Uint8Array | Float32Array): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

Deno.test("resizeImages() keeps the mean of each image, and bytes and floats agree", () => {
  for (const [height, width] of [[3, 4], [5, 7], [1, 1], [12, 16], [13, 5]]) {
    const floats = resizeImages(FLOATS, { height, width });
    const bytes = resizeImages(BYTES, { height, width });
    assertEquals([floats.shape, bytes.dtype], [[3, height, width, 3], "uint8"]);
    for (const [i, value] of floats.data.entries()) {
      assertAlmostEquals(bytes.data[i], value, 0.501);
    }
    for (let i = 0; i < 3; i++) {
      const [before, after] = [FLOATS, floats].map((all) => meanOf(slice(all, i, i + 1).data));
      assertAlmostEquals(before, after, 1e-3);
      // Each by itself is as all together.
      const alone = resizeImages(slice(BYTES, i, i + 1), { height, width });
      assertEquals([...alone.data], [...slice(bytes, i, i + 1).data]);
    }
  }
});

Deno.test("resizeImages() averages blocks exactly, and leaves images of the size alone", () => {
  const images = ndarray("uint8", [1, 2, 4, 1], Uint8Array.of(0, 10, 20, 31, 2, 4, 20, 31));
  assertEquals([...resizeImages(images, { height: 1, width: 2 }).data], [4, 26]);
  assertEquals(resizeImages(images, { height: 2, width: 4 }), images);
  assertEquals(
    [...resizeImages(images, { height: 2, width: 8 }).data.slice(0, 4)],
    [0, 0, 10, 10],
  );
});

Deno.test("resampleImages() is black beyond the images", () => {
  const white = ndarray("float32", [1, 2, 2, 1], new Float32Array(4).fill(1));
  const frame = { left: -1, top: -1, height: 4, width: 4 };
  const { data } = resampleImages(white, frame, { height: 4, width: 4 });
  assertEquals([...data], [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
});
