import { assertEquals } from "@std/assert";
import sharp from "sharp";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { progressOf, type Sheet, sheetFiles } from "../../../train/systems/sheets.ts";

const sheet = (epoch: number): Sheet => ({
  epoch,
  images: ndarray("float32", [12, 2, 2, 1], new Float32Array(48).fill(epoch / 20)),
});

Deno.test("progressOf() shows ten samples of at most eight epochs, the first and the last among them", () => {
  for (
    const [count, epochs] of [
      [1, [1]],
      [3, [1, 2, 3]],
      [20, [1, 4, 6, 9, 12, 15, 17, 20]],
    ] as const
  ) {
    const found = progressOf(Array.from({ length: count }, (_, i) => sheet(i + 1)));
    assertEquals([...found.epochs], [...epochs]);
    assertEquals(found.images.shape, [10 * epochs.length, 2, 2, 1]);
    assertEquals(found.images.data.at(-1), Math.fround(count / 20));
  }
});

Deno.test("sheetFiles() writes a picture an epoch, and a GIF of all", async () => {
  const files = await sheetFiles(
    [sheet(1), sheet(2)].map((s, i) => ({ ...s, images: sheet(19 * i + 1).images })),
  );
  assertEquals(Object.keys(files), [
    "progress/epoch_001.png",
    "progress/epoch_002.png",
    "progress.gif",
  ]);
  const { pages, loop } = await sharp(files["progress.gif"], { animated: true }).metadata();
  assertEquals([pages, loop], [2, 0]);
  assertEquals(await sheetFiles([]), {});
});
