import { assertEquals, assertThrows } from "@std/assert";
import sharp from "sharp";
import { encodePng, pngUrl } from "../../../lib/plot/png.ts";

Deno.test("encodePng() writes what sharp reads: grey, colour, palette with opacity", async () => {
  const read = async (bytes: Uint8Array) => [...await sharp(bytes).raw().toBuffer()];
  const grey = { width: 2, height: 1, pixels: Uint8Array.of(7, 255), channels: 1 } as const;
  assertEquals(
    await sharp(encodePng(grey)).toColourspace("b-w").raw().toBuffer().then((b) => [...b]),
    [7, 255],
  );
  const colour = {
    width: 1,
    height: 2,
    pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    channels: 3,
  } as const;
  assertEquals(await read(encodePng(colour)), [1, 2, 3, 4, 5, 6]);
  const palette = {
    ...grey,
    pixels: Uint8Array.of(1, 0),
    palette: Uint8Array.of(9, 8, 7, 6, 5, 4),
  };
  assertEquals(await read(encodePng(palette)), [6, 5, 4, 9, 8, 7]);
  assertEquals(
    await read(encodePng({ ...palette, opacity: Uint8Array.of(0, 128) })),
    [6, 5, 4, 128, 9, 8, 7, 0],
  );
});

Deno.test("encodePng() throws if the pixels do not fill the picture", () => {
  const picture = { width: 2, height: 2, pixels: new Uint8Array(3), channels: 1 } as const;
  assertThrows(() => encodePng(picture), RangeError, "there are 3 bytes, 4 are needed");
});

Deno.test("pngUrl() holds the bytes", async () => {
  const bytes = Uint8Array.of(0, 255, 10);
  assertEquals(new Uint8Array(await (await fetch(pngUrl(bytes))).arrayBuffer()), bytes);
});
