import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { invert, mirror, pixelScale, toFloat32, toUint8 } from "../../../lib/data/pixels.ts";

const BYTES = ndarray("uint8", [64, 2, 1, 2], Uint8Array.from({ length: 256 }, (_, i) => i));
const FLOATS = ndarray("float32", BYTES.shape, Float32Array.from(BYTES.data, (byte) => byte / 255));

Deno.test("toFloat32() and toUint8() turn every level into the other and back", () => {
  assertEquals(toFloat32(BYTES), FLOATS);
  assertEquals(toUint8(FLOATS), BYTES);
});

Deno.test("toFloat32() and toUint8() copy nothing where nothing changes", () => {
  assert(toFloat32(FLOATS).data === FLOATS.data);
  assert(toUint8(BYTES).data === BYTES.data);
});

const images = ndarray("uint8", [2, 1, 3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));

Deno.test("mirror() reverses rows and keeps channels together", () => {
  assertEquals([...mirror(images).data], [5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8]);
  assertEquals(mirror(mirror(images)), images);
});

Deno.test("pixelScale() brings bytes to [0, 1] and leaves floats", () => {
  assertEquals(255 * pixelScale(images), 1);
  assertEquals(pixelScale(ndarray("float32", [0, 1, 1, 1], new Float32Array())), 1);
});

Deno.test("invert() makes white black, of bytes and floats", () => {
  const bytes = ndarray("uint8", [1, 1, 3, 1], Uint8Array.of(0, 55, 255));
  assertEquals([...invert(bytes).data], [255, 200, 0]);
  const floats = ndarray("float32", [1, 1, 2, 1], Float32Array.of(0.25, 1));
  assertEquals([...invert(floats).data], [0.75, 0]);
  assertEquals([...bytes.data], [0, 55, 255]);
});
