import { assertEquals, assertRejects } from "@std/assert";
import { openIdxImages } from "../../../lib/data/idx_images.ts";
import { InputError } from "../../../lib/input_error.ts";
import { fixture, inFolder, LABELS, PIXELS } from "./_fixtures.ts";

Deno.test("openIdxImages() reads images, and the labels beside them unless told not to", async () => {
  for (const name of ["images-idx3-ubyte", "images-idx3-ubyte.gz"]) {
    const source = await openIdxImages(fixture(name));
    assertEquals([source.count, source.height, source.width, source.channels], [6, 4, 4, 1]);
    const [images] = await Array.fromAsync(source.chunks(6));
    assertEquals(images.data, PIXELS);
  }
  assertEquals((await openIdxImages(fixture("images-idx3-ubyte"))).labels, LABELS);
  const without = await openIdxImages(fixture("images-idx3-ubyte"), { labels: false });
  assertEquals(without.labels, undefined);
});

Deno.test("openIdxImages() throws if the labels beside it are not as many", async () => {
  await inFolder(async (place) => {
    await Deno.copyFile(fixture("images-idx3-ubyte"), place("images-idx3-ubyte"));
    const labels = await Deno.readFile(fixture("labels-idx1-ubyte"));
    labels[7] = 5; // the count, of 32 bits, most significant byte first
    await Deno.writeFile(place("labels-idx1-ubyte"), labels.slice(0, -1));
    await assertRejects(
      () => openIdxImages(place("images-idx3-ubyte")),
      InputError,
      "there are 5 for 6 images",
    );
  });
});
