import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Images } from "../../../lib/data/dataset.ts";
import { takeImages, toFloat32, toUint8 } from "../../../lib/data/pixels.ts";

const BYTES: Images = {
  pixels: Uint8Array.from({ length: 256 }, (_, i) => i),
  count: 64,
  height: 2,
  width: 1,
  channels: 2,
};
const FLOATS: Images = { ...BYTES, pixels: Float32Array.from(BYTES.pixels, (byte) => byte / 255) };

Deno.test("toFloat32() and toUint8() turn every level into the other and back", () => {
  assertEquals(toFloat32(BYTES), toFloat32(FLOATS));
  assertEquals(toUint8(BYTES), toUint8(FLOATS));
  assertEquals(toUint8(FLOATS).data, BYTES.pixels);
  assertEquals(toFloat32(BYTES).shape, [64, 2, 1, 2]);
});

Deno.test("toFloat32() and toUint8() give the images asked for, copied", () => {
  for (const images of [BYTES, FLOATS]) {
    const bytes = toUint8(images, 1, 3);
    assertEquals([bytes.shape, [...bytes.data]], [[2, 2, 1, 2], [4, 5, 6, 7, 8, 9, 10, 11]]);
    const floats = toFloat32(images, 1, 3);
    assertEquals(floats.data, Float32Array.from(bytes.data, (byte) => byte / 255));
    assertNotEquals(floats.data.buffer, images.pixels.buffer);
  }
  for (const [start, end] of [[-1, 2], [0, 65], [3, 2]]) {
    assertThrows(() => toFloat32(BYTES, start, end), RangeError, `images ${start} to ${end}`);
  }
});

Deno.test("takeImages() copies the given images in the given order", () => {
  assertEquals([...takeImages(BYTES, [63, 0, 0]).pixels], [
    252,
    253,
    254,
    255,
    0,
    1,
    2,
    3,
    0,
    1,
    2,
    3,
  ]);
  assertEquals(takeImages(FLOATS, []).count, 0);
  for (const index of [-1, 64, 0.5]) {
    assertThrows(() => takeImages(BYTES, [index]), RangeError, `Cannot take image ${index}`);
  }
});
