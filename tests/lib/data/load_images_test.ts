import { assertEquals, assertRejects } from "@std/assert";
import { loadImages } from "../../../lib/data/load_images.ts";
import { encodeNpz } from "../../../lib/data/npz.ts";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { inFolder, LABELS, PIXELS } from "./_fixtures.ts";

/** Runs a test with the path of an `.npz` file of six images, with labels or not. */
async function withFile(hasLabels: boolean, test: (path: string) => Promise<void>): Promise<void> {
  await inFolder(async (place) => {
    const images = ndarray("uint8", [6, 4, 4], PIXELS);
    const labels = hasLabels ? { labels: ndarray("int32", [6], LABELS) } : {};
    await Deno.writeFile(place("a.npz"), encodeNpz({ images, ...labels }));
    await test(place("a.npz"));
  });
}

Deno.test("loadImages() loads all images, or those of some classes in their order", async () => {
  await withFile(true, async (path) => {
    const all = await loadImages(path);
    assertEquals([all.images.shape, all.images.data, all.labels], [[6, 4, 4, 1], PIXELS, LABELS]);
    const { images, labels } = await loadImages(path, { classes: [8, 1] });
    assertEquals([...labels!], [1, 8, 1, 8]);
    const rows = [0, 2, 3, 5].flatMap((row) => [...PIXELS.subarray(16 * row, 16 * row + 16)]);
    assertEquals([images.shape, [...images.data]], [[4, 4, 4, 1], rows]);
  });
});

Deno.test("loadImages() throws for classes that are not there, and without labels", async () => {
  await withFile(true, async (path) => {
    await assertRejects(() => loadImages(path, { classes: [1, 7] }), InputError, "7");
  });
  await withFile(false, async (path) => {
    assertEquals((await loadImages(path)).labels, undefined);
    await assertRejects(() => loadImages(path, { classes: [1] }), InputError, "it has no labels");
  });
});
