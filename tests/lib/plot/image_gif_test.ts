import { assert, assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { imageGif } from "../../../lib/plot/image_gif.ts";
import { imageGrid } from "../../../lib/plot/image_grid.ts";

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

Deno.test("the frames of imageGif() are its images, of any values and colours", async () => {
  const random = new Random(0, "frames");
  for (const [channels, colormap] of [[1, "grey"], [1, "gnuplot2"], [3, "grey"]] as const) {
    const shape = [4, 12, 12, channels];
    const frames = Array.from({ length: 5 }, (_, i) =>
      ndarray(
        "float32",
        shape,
        Float32Array.from({ length: 576 * channels }, () => random.uniform() / (1 + i)),
      ));
    const bytes = await imageGif(frames, { colormap, scale: 1 });
    const read = async (picture: Uint8Array, page = 0) =>
      await sharp(picture, { page }).removeAlpha().toColourspace("srgb").raw().toBuffer();
    for (const [page, images] of frames.entries()) {
      const found = await read(bytes, page);
      const expected = await read(imageGrid(images, { colormap, scale: 1 }));
      const wanted = found.length === expected.length ? expected : grey(expected);
      const error = found.reduce((sum, value, i) => sum + Math.abs(value - wanted[i]), 0);
      // A palette has 256 colours.
      assert(error / found.length < 20, `frame ${page} of ${channels} ${colormap}: ${error}`);
    }
  }
});

Deno.test("imageGif() of one frame is a picture, and of none an error", async () => {
  const one = ndarray("uint8", [1, 2, 2, 1], new Uint8Array(4));
  assertEquals((await sharp(await imageGif([one])).metadata()).format, "gif");
  await assertRejects(() => imageGif([]), RangeError, "at least one is needed");
});

/** One channel as three. */
function grey(values: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 3 * values.length }, (_, i) => values[Math.floor(i / 3)]);
}
