import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { toFloat32, toUint8 } from "../../../lib/data/pixels.ts";

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
