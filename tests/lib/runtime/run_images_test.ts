import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { chunkRows, decodeLatents, encodeImages } from "../../../lib/runtime/run_images.ts";
import { tinyDecoder, tinyEncoder, tinyImages } from "../../tiny_run.ts";

const images = ndarray("uint8", [5, 4, 4, 1], tinyImages([1, 4, 8, 1, 4]));

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
  assertEquals(whole.shape, [3, 4, 4, 1]);
  assertEquals(whole.data[32], 0.5);
  assertEquals(await decodeLatents(decoder, z, { chunkSize: 1 }), whole);
  await decoder.release();
});

Deno.test("chunkRows() are fewer of larger images, so that floats take a few megabytes", () => {
  assertEquals([[9, 8, 8, 1], [9, 28, 28, 1], [9, 64, 64, 3]].map(chunkRows), [1000, 1000, 65]);
  assertEquals(chunkRows([9, 2000, 2000, 3]), 1);
});
