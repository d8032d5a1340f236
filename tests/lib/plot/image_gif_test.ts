import { assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { imageGif } from "../../../lib/plot/image_gif.ts";

for (const channels of [1, 3]) {
  Deno.test(`imageGif() shows a grid a frame, and loops (${channels} channels)`, async () => {
    const frame = (value: number) =>
      ndarray("float32", [3, 4, 5, channels], new Float32Array(60 * channels).fill(value));
    const bytes = await imageGif([0, 0.5, 1].map(frame), { columns: 2, scale: 2, delay: 70 });
    const { format, pages, loop, delay, width, pageHeight } = await sharp(bytes, { animated: true })
      .metadata();
    assertEquals({ format, pages, loop, delay, width, pageHeight }, {
      format: "gif",
      pages: 3,
      loop: 0,
      delay: [70, 70, 70],
      width: 20,
      pageHeight: 16,
    });
    for (const [page, expected] of [[0, 0], [2, 255]]) {
      const { data } = await sharp(bytes, { page }).removeAlpha().raw().toBuffer({
        resolveWithObject: true,
      });
      assertEquals(data[0], expected);
    }
  });
}

Deno.test("imageGif() of one frame is a picture, and of none an error", async () => {
  const one = ndarray("uint8", [1, 2, 2, 1], new Uint8Array(4));
  assertEquals((await sharp(await imageGif([one])).metadata()).format, "gif");
  await assertRejects(() => imageGif([]), RangeError, "at least one is needed");
});
