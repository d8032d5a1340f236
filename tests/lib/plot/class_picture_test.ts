import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { classPictureUrl } from "../../../lib/plot/class_picture.ts";
import { classColours, rgb } from "../../../lib/plot/colours.ts";

Deno.test("classPictureUrl() draws each class in its colour with its opacity", async () => {
  const url = classPictureUrl({
    width: 3,
    height: 1,
    classes: Uint8Array.of(0, 2, 1),
    opacity: Float32Array.of(1, 0.5, 0),
  }, 3);
  const bytes = Buffer.from(url.replace("data:image/png;base64,", ""), "base64");
  const pixels = [...await sharp(bytes).ensureAlpha().raw().toBuffer()];
  const [first, , third] = classColours(3).map(rgb);
  assertEquals(pixels.slice(0, 4), [...first, 255]);
  assertEquals(pixels.slice(4, 7), third);
  assertAlmostEquals(pixels[7], 127.5, 2);
  assertEquals(pixels[11], 0);
});

Deno.test("classPictureUrl() fits as many classes as there are into a palette", () => {
  const classes = Uint8Array.from({ length: 200 }, (_, i) => i);
  const picture = { width: 200, height: 1, classes, opacity: new Float32Array(200).fill(1) };
  assertEquals(classPictureUrl(picture, 200).startsWith("data:image/png;base64,"), true);
});
