import { assertEquals, assertRejects } from "@std/assert";
import { openArray } from "../../../lib/data/array_file.ts";
import { openBytes } from "../../../lib/data/bytes.ts";
import { readLabels } from "../../../lib/data/labels.ts";
import { InputError } from "../../../lib/input_error.ts";

/** An array of float64 that is to be read as labels. */
async function labels(shape: readonly number[], ...values: number[]) {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  const layout = { type: "float64", shape, offset: 0, bigEndian: false, fortran: false } as const;
  return openArray(await openBytes(bytes), layout);
}

Deno.test("readLabels() reads integers of any number type, negative ones too", async () => {
  const array = await labels([3], 4, -1, 2 ** 31 - 1);
  assertEquals([...await readLabels(array, { count: 3 })], [4, -1, 2 ** 31 - 1]);
  assertEquals([...await readLabels(await labels([2, 1], 7, 8), { count: 2 })], [7, 8]);
});

Deno.test("readLabels() throws for another count, and for what is no 32-bit integer", async () => {
  const three = await labels([3], 1, 2, 3);
  await assertRejects(() => readLabels(three, { count: 4 }), InputError, "3 for 4 images");
  for (const bad of [1.5, NaN, 2 ** 31]) {
    const array = await labels([2], 1, bad);
    await assertRejects(
      () => readLabels(array, { count: 2 }),
      InputError,
      `the label of image 1 (the first is 0) is ${bad}`,
    );
  }
});
