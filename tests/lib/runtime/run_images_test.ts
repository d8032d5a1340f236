import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { decodeLatents, encodeImages, sliceImages } from "../../../lib/runtime/run_images.ts";
import { tinyDecoder, tinyEncoder, tinyImages } from "../../tiny_run.ts";

const images = { pixels: tinyImages([1, 4, 8, 1, 4]), count: 5, height: 4, width: 4, channels: 1 };

Deno.test("encodeImages() gives z_mean, whatever the chunks", async () => {
  const encoder = await createSession(tinyEncoder());
  const whole = await encodeImages(encoder, images);
  assertEquals(whole.shape, [5, 2]);
  assertEquals(await encodeImages(encoder, images, { chunkSize: 2 }), whole);
  // The first image is light on the left, the second on the right.
  assertEquals([...whole.data.subarray(0, 4)].map((value) => value > 0), [
    true,
    false,
    false,
    true,
  ]);
  await encoder.release();
});

Deno.test("decodeLatents() gives images, whatever the chunks", async () => {
  const decoder = await createSession(tinyDecoder());
  const z = ndarray("float32", [3, 2], Float32Array.of(2, -2, -2, 2, 0, 0));
  const whole = await decodeLatents(decoder, z);
  assertEquals([whole.count, whole.height, whole.width, whole.channels], [3, 4, 4, 1]);
  assertEquals(whole.pixels[32], 0.5);
  assertEquals(await decodeLatents(decoder, z, { chunkSize: 1 }), whole);
  await decoder.release();
});

Deno.test("sliceImages() takes rows without copying", () => {
  const { pixels, count } = sliceImages(images, 1, 3);
  assertEquals(count, 2);
  assertEquals(pixels.buffer, images.pixels.buffer);
  assertEquals(pixels, images.pixels.subarray(16, 48));
});
