import { assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpy } from "../../../lib/data/npy.ts";
import { InputError } from "../../../lib/input_error.ts";
import { readSampleWeights } from "../../../train/data/sample_weights.ts";

async function read(values: readonly number[], shape = [values.length]): Promise<Float32Array> {
  const path = await Deno.makeTempFile({ suffix: ".npy" });
  try {
    await Deno.writeFile(path, encodeNpy(ndarray("float32", shape, Float32Array.from(values))));
    return await readSampleWeights(path, { count: 3 });
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readSampleWeights() reads one number an image", async () => {
  assertEquals(await read([1, 0, 2.5]), Float32Array.of(1, 0, 2.5));
});

for (
  const [values, shape, message] of [
    [[1, 2], [2], "it has the shape [2], there are 3 training images, one number each is needed"],
    [[1, 2, 3], [3, 1], "it has the shape [3,1]"],
    [[1, -1, 3], [3], "number 1 (the first is 0) is -1, finite numbers from 0 are needed"],
    [[1, 1, NaN], [3], "number 2 (the first is 0) is NaN"],
    [[0, 0, 0], [3], "every number is 0, at least one must be above"],
  ] as const
) {
  Deno.test(`readSampleWeights() rejects ${values} of shape ${shape}`, async () => {
    await assertRejects(() => read(values, [...shape]), InputError, message);
  });
}
