import { assert, assertEquals } from "@std/assert";
import type { Images } from "../../../lib/data/mod.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { cutPatches, PATCH } from "../../../bench/datasets/patches.ts";

Deno.test("cutPatches() cuts from a part of the width, the class is the photograph", () => {
  // The value of a pixel is its column; of the second photograph it is 100 more.
  const photo = (height: number, width: number, add: number) =>
    ndarray(
      "uint8",
      [1, height, width, 3],
      Uint8Array.from({ length: height * width * 3 }, (_, i) => Math.floor(i / 3) % width + add),
    );
  const photos = [photo(70, 150, 0), photo(PATCH, 140, 100)];
  const parts = [{ from: 0, to: 0.5 }, { from: 0.5, to: 1 }].map((part) =>
    cutPatches(photos, { ...part, perPhoto: 20, seed: 0 })
  );
  const range = (values: Images["data"]) => {
    const sorted = values.toSorted();
    return [sorted[0], sorted.at(-1)!];
  };
  for (const [p, { images, labels }] of parts.entries()) {
    assertEquals(images.shape, [40, PATCH, PATCH, 3]);
    assertEquals([...labels], Array.from({ length: 40 }, (_, i) => Math.floor(i / 20)));
    const half = images.data.length / 2;
    const [low, high] = range(images.data.subarray(0, half));
    assert(p === 0 ? high < 75 : low >= 75, `${low} ${high}`);
    const [low2, high2] = range(images.data.subarray(half));
    assert(p === 0 ? low2 >= 100 && high2 < 170 : low2 >= 170, `${low2} ${high2}`);
  }
  const again = cutPatches(photos, { from: 0, to: 0.5, perPhoto: 20, seed: 0 });
  assert(again.images.data.every((value, i) => value === parts[0].images.data[i]));
});
