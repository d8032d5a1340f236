import { assertEquals, assertRejects } from "@std/assert";
import { encodeNpz, readNpz } from "../../../lib/data/npz.ts";
import { InputError } from "../../../lib/input_error.ts";
import {
  encodeLatents,
  type Latents,
  readLatents,
  readMixture,
} from "../../../lib/run/latents_file.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { tinyRun } from "../../tiny_run.ts";

const LATENTS: Latents = {
  z: ndarray("float32", [3, 2], Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)),
  labels: Int32Array.of(1, 8, 4),
  logLikelihood: Float64Array.of(-1, -2.5, -1e6),
  reconstructionError: Float32Array.of(0.01, 0.02, 0.03),
  labelled: {
    z: ndarray("float32", [1, 2], Float32Array.of(-1, 1)),
    labels: Int32Array.of(8),
  },
};

/** What is read from a run with two latent variables and the classes 1, 4, 8. */
async function read(bytes: Uint8Array): Promise<Latents> {
  const { description } = tinyRun();
  return await readLatents(
    await openContents("run", { description, files: { [RUN_FILES.latents]: bytes } }),
  );
}

Deno.test("readMixture() throws for the mixture of another run", async () => {
  const { description, files } = tinyRun();
  const read = async (change: Partial<typeof description>, mixture = files[RUN_FILES.mixture]) =>
    await readMixture(
      await openContents("run", {
        description: { ...description, ...change },
        files: { ...files, [RUN_FILES.mixture]: mixture },
      }),
    );
  assertEquals((await read({})).classes, [1, 4, 8]);
  const sentence = 'Cannot read "run/gmm.json": it is of ';
  await assertRejects(
    () => read({}, tinyRun(3).files[RUN_FILES.mixture]),
    InputError,
    `${sentence}3 latent variables, the run of 2 latent variables`,
  );
  await assertRejects(
    () => read({ classes: [1, 4] }),
    InputError,
    `${sentence}the classes 1, 4, 8, the run of the classes 1, 4`,
  );
});

Deno.test("readLatents() reads what encodeLatents() wrote, all or the latent means alone", async () => {
  assertEquals(await read(encodeLatents(LATENTS)), LATENTS);
  const { z } = LATENTS;
  assertEquals(await read(encodeLatents({ z })), { z });
});

Deno.test("readLatents() throws if an array is missing or out of its range", async () => {
  const arrays = await readNpz(encodeLatents(LATENTS));
  const { z: _, ...rest } = arrays;
  const floats = (shape: number[], ...values: number[]) =>
    ndarray("float32", shape, Float32Array.from(values));
  const cases: [Record<string, NdArray>, string][] = [
    [rest, 'Cannot read "run/latents.npz": z is missing'],
    [{ z: floats([1, 3], 1, 2, 3) }, "z has the shape [1,3], [count,2] is needed"],
    [{ z: floats([1, 2], 1, NaN) }, "z has a value that is not finite"],
    [
      { ...arrays, label: ndarray("int32", [2], Int32Array.of(1, 8)) },
      "label has the shape [2], [3] is needed",
    ],
    [
      { ...arrays, labelled_label: ndarray("int32", [1], Int32Array.of(7)) },
      "labelled_label holds 7, which is none of the run's classes",
    ],
  ];
  for (const [changed, message] of cases) {
    await assertRejects(() => read(encodeNpz(changed)), InputError, message);
  }
});
