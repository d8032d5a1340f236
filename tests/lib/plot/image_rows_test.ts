import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { imageGrid } from "../../../lib/plot/image_grid.ts";
import { imageRows } from "../../../lib/plot/image_rows.ts";

const grey = ndarray("uint8", [2, 1, 1, 1], Uint8Array.of(51, 255));
const coloured = ndarray("float32", [2, 1, 1, 3], Float32Array.of(1, 0, 0, 0, 0.2, 1));

Deno.test("imageRows() puts equally many images below one another, bytes or floats", () => {
  const both = ndarray("uint8", [4, 1, 1, 1], Uint8Array.of(51, 255, 0, 102));
  const floats = ndarray("float32", [2, 1, 1, 1], Float32Array.of(0, 0.4));
  assertEquals(imageRows([grey, floats]), imageGrid(both, { columns: 2 }));
});

Deno.test("imageRows() shows one channel as grey beside three", () => {
  const bytes = Uint8Array.of(51, 51, 51, 255, 255, 255, 255, 0, 0, 0, 51, 255);
  const both = ndarray("uint8", [4, 1, 1, 3], bytes);
  assertEquals(imageRows([grey, coloured]), imageGrid(both, { columns: 2 }));
});

Deno.test("imageRows() throws if a row has another number of images", () => {
  const one = ndarray("uint8", [1, 1, 1, 1], Uint8Array.of(1));
  assertThrows(() => imageRows([grey, one]), RangeError, "Cannot show 2 images above 1");
});
