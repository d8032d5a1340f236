import { assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpz, readNpz } from "../../../lib/data/npz.ts";
import { InputError } from "../../../lib/input_error.ts";
import { encodeLabelling, readImageNames, readLabelling } from "../../../lib/run/labelling_file.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { tinyRun } from "../../tiny_run.ts";

const DATA = {
  space: {
    neighbours: ndarray("int32", [3, 2], Int32Array.of(1, 2, 0, 2, 0, 1)),
    isolation: Float32Array.of(1, 2, 3),
    clusters: Int32Array.of(0, 0, 1),
    middles: Int32Array.of(1, 2),
  },
  map: ndarray("float32", [3, 2], Float32Array.of(0, 1, 2, 3, 4, 5)),
  thumbnails: ndarray("uint8", [3, 1, 1, 1], Uint8Array.of(7, 8, 9)),
};

async function runWith(files: Record<string, Uint8Array>) {
  const { description } = tinyRun();
  return await openContents("run", { description, files });
}

Deno.test("readLabelling() reads what encodeLabelling() writes", async () => {
  const run = await runWith({ [RUN_FILES.labelling]: encodeLabelling(DATA) });
  assertEquals(await readLabelling(run), DATA);
});

Deno.test("readLabelling() throws if an array is missing or does not fit", async () => {
  const arrays = await readNpz(encodeLabelling(DATA));
  const { map: _, ...others } = arrays;
  const wrong = [
    [others, "map is missing, float32[3,2] is needed"],
    [
      { ...arrays, cluster: ndarray("int32", [2], Int32Array.of(0, 0)) },
      "cluster is int32[2], int32[3] is needed",
    ],
    [
      { ...arrays, neighbours: ndarray("int32", [3, 1], Int32Array.of(0, 1, 3)) },
      "neighbours has a value that is none of 0 to 2",
    ],
    [
      { ...arrays, isolation: ndarray("float32", [3], Float32Array.of(0, NaN, 1)) },
      "isolation has a value that is not finite",
    ],
  ] as const;
  for (const [given, message] of wrong) {
    const run = await runWith({ [RUN_FILES.labelling]: encodeNpz(given) });
    await assertRejects(() => readLabelling(run), InputError, message);
  }
});

Deno.test("readImageNames() reads names of files, and numbers rows that have none", async () => {
  const json = (value: unknown) => ({
    [RUN_FILES.imageNames]: new TextEncoder().encode(JSON.stringify(value)),
  });
  assertEquals(await readImageNames(await runWith(json(["a", "b/c"])), 2), ["a", "b/c"]);
  assertEquals(await readImageNames(await runWith({}), 2), ["0", "1"]);
  await assertRejects(
    async () => await readImageNames(await runWith(json(["a"])), 2),
    InputError,
    "does not hold 2 names",
  );
});
