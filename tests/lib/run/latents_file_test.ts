import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { encodeNpz, readNpz } from "../../../lib/data/npz.ts";
import { InputError } from "../../../lib/input_error.ts";
import { encodeLatents, type Latents, readLatents } from "../../../lib/run/latents_file.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";

const LATENTS: Latents = {
  z: ndarray("float32", [3, 2], Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)),
  labels: Int32Array.of(1, 8, 4),
  reconstructionError: Float32Array.of(0.01, 0.02, 0.03),
  labelledZ: ndarray("float32", [1, 2], Float32Array.of(-1, 1)),
  labelledLabels: Int32Array.of(8),
};

Deno.test("readLatents() reads what encodeLatents() wrote, with and without errors", async () => {
  assertEquals(await readLatents(encodeLatents(LATENTS), 2), LATENTS);
  const without = { ...LATENTS, reconstructionError: undefined };
  assertEquals(await readLatents(encodeLatents(without), 2), without);
});

Deno.test("readLatents() throws if an array is missing or does not fit the others", async () => {
  const arrays = await readNpz(encodeLatents(LATENTS));
  const read = async (changed: typeof arrays, latentDim = 2) =>
    (await assertRejects(() => readLatents(encodeNpz(changed), latentDim), InputError)).message;
  const { z: _, ...rest } = arrays;
  assertEquals(
    await read(rest),
    'Cannot read latents.npz: of its array "z" it is missing, [count,2] is needed',
  );
  assertMatch(await read(arrays, 3), /"z" its shape is \[3,2\], \[count,3\] is needed$/);
  const label = ndarray("int32", [2], Int32Array.of(1, 8));
  assertMatch(await read({ ...arrays, label }), /"label" its shape is \[2\], \[3\] is needed$/);
});
