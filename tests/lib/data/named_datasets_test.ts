import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { openImages } from "../../../lib/data/open_images.ts";
import { NAMED_DATASETS } from "../../../lib/data/named_datasets.ts";

Deno.test("mnist has its known numbers of 1, 4 and 8", async () => {
  const counts = { "mnist:train": [6742, 5842, 5851], "mnist:test": [1135, 982, 974] };
  for (const [name, expected] of Object.entries(counts)) {
    const { count, labels, height, width, channels, white } = await openImages(name);
    assertEquals([height, width, channels, white], [28, 28, 1, 255]);
    assertEquals(count, name === "mnist:train" ? 60_000 : 10_000);
    assertEquals(
      [1, 4, 8].map((label) => labels!.filter((other) => other === label).length),
      expected,
    );
  }
});

Deno.test("openImages() throws if a dataset has no such part", async () => {
  await assertRejects(
    () => openImages("mnist:validation"),
    InputError,
    'Cannot open the dataset mnist: it has no part "validation", mnist:train or mnist:test is needed',
  );
});

Deno.test("fashion-mnist opens, or says how to get it", async () => {
  const open = () => NAMED_DATASETS["fashion-mnist"].open("test");
  const installed = await Deno.stat("/usr/share/datasets/fashion-mnist").then(
    () => true,
    () => false,
  );
  if (installed) {
    const { count, classNames } = await open();
    assertEquals([count, classNames?.length], [10_000, 10]);
  } else {
    await assertRejects(
      open,
      InputError,
      "`sudo apt install dataset-fashion-mnist` puts it there",
    );
  }
});
