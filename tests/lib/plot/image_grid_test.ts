import { assertEquals, assertThrows } from "@std/assert";
import sharp from "sharp";
import { palette } from "../../../lib/plot/colormap.ts";
import { imageGrid } from "../../../lib/plot/image_grid.ts";
import { encodePng } from "../../../lib/plot/png.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { slice } from "../../../lib/array/rows.ts";

/** Reads a PNG with another's decoder. */
async function decode(png: Uint8Array) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return { pixels: [...data], width: info.width, height: info.height, channels: info.channels };
}

Deno.test("encodePng() writes what other decoders read", async () => {
  const pixels = Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => i * 5);
  assertEquals(await decode(encodePng({ width: 5, height: 3, pixels, channels: 3 })), {
    pixels: [...pixels],
    width: 5,
    height: 3,
    channels: 3,
  });
});

Deno.test("encodePng() throws if the pixels do not fill the picture", () => {
  assertThrows(
    () => encodePng({ width: 2, height: 2, pixels: new Uint8Array(3), channels: 1 }),
    RangeError,
    "there are 3 bytes, 4 are needed",
  );
});

const images = ndarray("uint8", [3, 2, 2, 1], Uint8Array.from({ length: 12 }, (_, i) => i + 1));

Deno.test("imageGrid() puts images side by side, black where none is left", async () => {
  const { width, height, pixels, channels } = await decode(
    imageGrid(images, { columns: 2, scale: 1 }),
  );
  assertEquals([width, height], [4, 4]);
  const grey = pixels.filter((_, i) => i % channels === 0);
  assertEquals(grey, [1, 2, 5, 6, 3, 4, 7, 8, 9, 10, 0, 0, 11, 12, 0, 0]);
});

Deno.test("imageGrid() makes every pixel a square of the scale", async () => {
  const one = ndarray("float32", [1, 2, 2, 1], Float32Array.of(0, 1, 0.5, 2));
  const { width, pixels, channels } = await decode(imageGrid(one, { columns: 1, scale: 2 }));
  assertEquals(width, 4);
  const grey = pixels.filter((_, i) => i % channels === 0);
  const row = [0, 0, 255, 255], next = [128, 128, 255, 255];
  assertEquals(grey, [...row, ...row, ...next, ...next]);
});

Deno.test("imageGrid() keeps colours apart", async () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => i);
  const { pixels: drawn } = await decode(
    imageGrid(ndarray("uint8", [2, 1, 2, 3], pixels), { scale: 1 }),
  );
  assertEquals(drawn, [...pixels]);
});

Deno.test("imageGrid() colours by gnuplot2", async () => {
  const ramp = ndarray("uint8", [1, 1, 4, 1], Uint8Array.of(0, 64, 128, 255));
  const { pixels } = await decode(imageGrid(ramp, { colormap: "gnuplot2", scale: 1 }));
  // By hand for 128: x = 0.502, red x / 0.32 - 0.781 = 0.787, green 2x - 0.84, blue 1.84 - 2x.
  assertEquals(pixels, [0, 0, 0, 1, 0, 255, 201, 42, 213, 255, 255, 255]);
});

Deno.test("palette() is grey by default of all three channels", () => {
  assertEquals([...palette("grey").subarray(300, 306)], [100, 100, 100, 101, 101, 101]);
});

Deno.test("imageGrid() throws if there is nothing to draw", () => {
  assertThrows(() => imageGrid(slice(images, 0, 0)), RangeError, "Cannot show 0 images");
});

Deno.test("imageGrid() leaves out what is no colour", async () => {
  const pixels = Uint8Array.of(1, 2, 3, 99, 4, 5, 6, 99);
  const rgba = ndarray("uint8", [1, 1, 2, 4], pixels);
  assertEquals((await decode(imageGrid(rgba, { scale: 1 }))).pixels, [1, 2, 3, 4, 5, 6]);
  const { pixels: grey, channels } = await decode(
    imageGrid(ndarray("uint8", [1, 1, 4, 2], pixels), { scale: 1 }),
  );
  assertEquals(grey.filter((_, i) => i % channels === 0), [1, 3, 4, 6]);
});
