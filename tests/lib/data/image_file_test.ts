import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { toChannels } from "../../../lib/data/channels.ts";
import { decodeImage, type DecodeOptions, describeImage } from "../../../lib/data/image_file.ts";
import { resizeImages } from "../../../lib/data/resize.ts";
import { InputError } from "../../../lib/input_error.ts";
import { fixture, inFolder } from "./_fixtures.ts";

const [HEIGHT, WIDTH] = [12, 20];
const random = new Random(3);
const PIXELS = Uint8Array.from({ length: HEIGHT * WIDTH * 3 }, () => random.integer(256));
const image = () => sharp(PIXELS, { raw: { height: HEIGHT, width: WIDTH, channels: 3 } });

const decode = (path: string, options: Partial<DecodeOptions> = {}) =>
  decodeImage(path, { height: HEIGHT, width: WIDTH, channels: 3, background: "white", ...options });

Deno.test("decodeImage() reads every kind of file", async () => {
  await inFolder(async (place) => {
    const kinds = {
      png: image().png(),
      tiff: image().tiff({ compression: "lzw" }),
      webp: image().webp({ lossless: true }),
      gif: image().gif({ dither: 0 }),
      avif: image().avif({ quality: 100, chromaSubsampling: "4:4:4" }),
      jpg: image().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }),
    };
    for (const [kind, encoded] of Object.entries(kinds)) {
      const path = place(`x.${kind}`);
      await Deno.writeFile(path, await encoded.toBuffer());
      const { height, width, colour } = await describeImage(path);
      assertEquals([height, width, colour], [HEIGHT, WIDTH, true], kind);
      const { pixels, isTransparent } = await decode(path);
      const far = Math.max(...pixels.map((pixel, i) => Math.abs(pixel - PIXELS[i])));
      // A GIF has 256 colours for these 240 pixels, some of them shared.
      const limit = { png: 0, tiff: 0, webp: 0, gif: 40, avif: 20, jpg: 20 }[kind]!;
      assertEquals([far <= limit, isTransparent], [true, false], `${kind} is off by ${far}`);
    }
  });
});

Deno.test("decodeImage() converts and resizes as arrays are", async () => {
  await inFolder(async (place) => {
    await Deno.writeFile(place("x.png"), await image().png().toBuffer());
    const array = ndarray("uint8", [1, HEIGHT, WIDTH, 3], PIXELS);
    for (const [height, width] of [[12, 20], [5, 7], [6, 10], [30, 41]]) {
      for (const channels of [1, 3]) {
        const { pixels } = await decode(place("x.png"), { height, width, channels });
        const expected = resizeImages(toChannels(array, channels), { height, width });
        assertEquals(pixels, expected.data);
      }
    }
  });
});

Deno.test("decodeImage() averages photos far larger than the size all the same", async () => {
  await inFolder(async (place) => {
    // A ramp from left to right, whose means are known.
    const ramp = Uint8Array.from({ length: 512 * 512 }, (_, i) => (i % 512) / 2);
    const large = sharp(ramp, { raw: { height: 512, width: 512, channels: 1 } });
    await Deno.writeFile(place("x.jpg"), await large.toColourspace("b-w").jpeg().toBuffer());
    const { pixels } = await decode(place("x.jpg"), { height: 4, width: 4, channels: 1 });
    for (const [i, pixel] of pixels.entries()) assertAlmostEquals(pixel, 31.5 + 64 * (i % 4), 2);
  });
});

Deno.test("decodeImage() takes a JPEG with harmless warnings, and none that is cut short", async () => {
  await inFolder(async (place) => {
    const jpeg = new Uint8Array(await image().jpeg().toBuffer());
    // Bytes that stand between two parts and belong to none, as some cameras leave.
    const extra = Uint8Array.of(...jpeg.slice(0, 2), 0, 0, 0, ...jpeg.slice(2));
    await Deno.writeFile(place("x.jpg"), extra);
    await Deno.writeFile(place("y.jpg"), jpeg);
    assertEquals(await decode(place("x.jpg")), await decode(place("y.jpg")));
    await Deno.writeFile(place("z.jpg"), jpeg.slice(0, jpeg.length - 100));
    await assertRejects(() => decode(place("z.jpg")), InputError, "or damaged");
  });
});

Deno.test("decodeImage() puts the background behind transparent pixels and tells of them", async () => {
  const path = fixture("kinds/transparent.png");
  const { height, width } = await describeImage(path);
  const [white, black] = await Promise.all(
    ["white", "black"].map((background) => decode(path, { height, width, background })),
  );
  assertEquals([white.isTransparent, white.pixels[0], black.pixels[0]], [true, 255, 0]);
  assertEquals((await decode(fixture("kinds/opaque.png"))).isTransparent, false);
});
