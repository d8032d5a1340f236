import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { toChannels } from "../../../lib/data/channels.ts";
import { toFloat32 } from "../../../lib/data/pixels.ts";
import { InputError } from "../../../lib/input_error.ts";

Deno.test("toChannels() gives Pillow's luma of bytes, and the same of floats but for rounding", () => {
  // PIL.Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0))
  const cases: [number[], number][] = [
    [[255, 0, 0], 76],
    [[0, 255, 0], 150],
    [[0, 0, 255], 29],
    [[255, 255, 255], 255],
    [[1, 2, 3], 2],
    [[123, 45, 67], 71],
    [[200, 100, 50], 124],
  ];
  for (const [colour, grey] of cases) {
    const images = ndarray("uint8", [1, 1, 1, 3], Uint8Array.from(colour));
    assertEquals([...toChannels(images, 1).data], [grey]);
  }
  const random = new Random(1);
  const data = Uint8Array.from({ length: 300 }, () => random.integer(256));
  const images = ndarray("uint8", [4, 5, 5, 3], data);
  const floats = toChannels(toFloat32(images), 1).data;
  for (const [i, grey] of toChannels(images, 1).data.entries()) {
    assertAlmostEquals(grey, floats[i] * 255, 0.501);
  }
});

Deno.test("toChannels() keeps grey as it is through colour, and adds opaque channels", () => {
  const data = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const grey of [ndarray("uint8", [4, 8, 8, 1], data)]) {
    for (const images of [grey, toFloat32(grey)]) {
      const colour = toChannels(images, 3);
      assertEquals(colour.shape, [4, 8, 8, 3]);
      const back = toChannels(colour, 1);
      for (const [i, value] of back.data.entries()) {
        assertAlmostEquals(value, images.data[i], 1e-6);
      }
      const opaque = images.dtype === "uint8" ? 255 : 1;
      for (const channels of [2, 4]) {
        const { data, shape } = toChannels(images, channels);
        assertEquals(shape, [4, 8, 8, channels]);
        for (let i = 0; i < 256; i++) {
          assertEquals(data[i * channels], images.data[i]);
          assertEquals(data[i * channels + channels - 1], opaque);
        }
      }
    }
  }
});

Deno.test("toChannels() throws at images of other channels", () => {
  const images = ndarray("uint8", [1, 1, 1, 4], new Uint8Array(4));
  assertEquals(toChannels(images, 4), images);
  assertThrows(() => toChannels(images, 1), InputError, "Cannot turn images of 4 channels into 1");
});
