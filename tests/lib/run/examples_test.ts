import { assertEquals, assertRejects } from "@std/assert";
import { encodeNpz } from "../../../lib/data/npz.ts";
import { InputError } from "../../../lib/input_error.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { join } from "../../../lib/array/rows.ts";
import {
  encodeExamples,
  type Examples,
  pickExamples,
  readExamples,
} from "../../../lib/run/examples.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { tinyRun } from "../../tiny_run.ts";

/** Images of one pixel, whose value is their place. */
function images(labels: readonly number[]) {
  const count = labels.length;
  const pixels = Uint8Array.from(labels.keys());
  return {
    images: ndarray("uint8", [count, 1, 1, 1], pixels),
    labels: Int32Array.from(labels),
  };
}

/** What is read from a run with images of one pixel that holds the given `examples.npz`. */
async function read(bytes: Uint8Array): Promise<Examples> {
  const description = { ...tinyRun().description, imageShape: [1, 1, 1] as [1, 1, 1] };
  return await readExamples(
    await openContents("run", { description, files: { [RUN_FILES.examples]: bytes } }),
  );
}

Deno.test("pickExamples() takes the first of each class, in the order of the classes", () => {
  const labels = [8, 8, 8, 8, 8, 8, 1, 4, 1, 4, 1, 4, 1];
  assertEquals([...pickExamples(images(labels)).data], [6, 8, 10, 12, 7, 9, 11, 0, 1, 2]);
  assertEquals([...pickExamples(images([4, 1, 4])).data], [1, 0, 2]);
});

Deno.test("readExamples() gives back what encodeExamples() wrote, bytes or floats", async () => {
  const labelled = images([1, 2]).images;
  const floats = ndarray("float32", [2, 1, 1, 1], Float32Array.of(0.25, 1));
  const examples: Examples[] = [
    {},
    { labelled: { images: labelled } },
    { train: { images: labelled, reconstructed: floats } },
    { test: { images: labelled, sampled: join([floats, floats]) } },
    { test: { images: floats, heat: floats }, samples: floats, codes: Int32Array.of(3, 0) },
  ];
  for (const one of examples.slice(1)) assertEquals(await read(encodeExamples(one)), one);
});

Deno.test("readExamples() throws where an array does not fit the run", async () => {
  const bytes = (shape: number[]) => ndarray("uint8", shape, new Uint8Array(shape[0]));
  const floats = (value: number) => ndarray("float32", [2, 1, 1, 1], Float32Array.of(0, value));
  const cases: [Record<string, NdArray>, string][] = [
    [{ test: bytes([2]) }, "test has the shape [2], [count,1,1,1] is needed"],
    [{ samples: ndarray("int32", [1, 1, 1, 1], Int32Array.of(1)) }, "samples is neither uint8"],
    [{ test: floats(1.5) }, "test has a value that is not in [0, 1]"],
    [{ samples: floats(NaN) }, "samples has a value that is not finite"],
    [{ test: floats(1), test_sampled: floats(1) }, "test_sampled has 2 images, rows of 2"],
    [
      { test: floats(1), test_reconstructed: bytes([1, 1, 1, 1]) },
      "test_reconstructed has the shape [1,1,1,1], [2,1,1,1] is needed",
    ],
    [{ codes: ndarray("int32", [2], Int32Array.of(1, -1)) }, "codes has a negative count"],
  ];
  for (const [arrays, message] of cases) {
    await assertRejects(() => read(encodeNpz(arrays)), InputError, message);
  }
});
