import { assertEquals, assertRejects } from "@std/assert";
import { openArray } from "../../../lib/data/array_file.ts";
import { openBytes } from "../../../lib/data/bytes.ts";
import { readLabels, readNpyLabels } from "../../../lib/data/labels.ts";
import { InputError } from "../../../lib/input_error.ts";
import { encodeStrings } from "./_fixtures.ts";

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

Deno.test("readNpyLabels() reads texts, and takes for numbers what are all integers", async () => {
  for (const kind of ["U", "S"] as const) {
    const read = async (...texts: string[]) =>
      await readNpyLabels(await openBytes(encodeStrings(texts, kind)), { count: texts.length });
    assertEquals(await read("owl", "älg", "cat 10", "cat 2", "owl"), {
      labels: Int32Array.of(3, 0, 2, 1, 3),
      classNames: ["älg", "cat 2", "cat 10", "owl"],
    });
    assertEquals(await read("10", "2", "10"), { labels: Int32Array.of(10, 2, 10) });
    const two = await openBytes(encodeStrings(["a", "b"], kind));
    await assertRejects(() => readNpyLabels(two, { count: 3 }), InputError, "2 for 3 images");
  }
});

Deno.test("readLabels() reads one-hot rows, and throws for rows that are none", async () => {
  const read = async (
    ...values: number[]
  ) => [...await readLabels(await labels([2, 3], ...values), { count: 2 })];
  assertEquals(await read(0, 1, 0, 0, 0, 1), [1, 2]);
  for (const bad of [[0, 0, 0], [1, 1, 0], [0.9, 0.1, 0], [0, 2, 0]]) {
    await assertRejects(() => read(1, 0, 0, ...bad), InputError, "row 1 (the first is 0)");
  }
});
