import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { meanLosses } from "../../../train/core/evaluation.ts";

const FEED = {
  examples: { x: ndarray("float32", [7, 1], Float32Array.of(1, 2, 4, 8, 16, 32, 64)) },
  noise: { z: [2] },
  scalars: { beta: (step: number) => step + 0.5 },
};

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

Deno.test("meanLosses() weighs each example alike, those of the smaller last batch too", async () => {
  const counts: number[] = [];
  const means = await meanLosses(
    FEED,
    { batchSize: 3, seed: 1, step: 4 },
    ({ examples, inputs, count }) => {
      counts.push(count);
      assertEquals(inputs.z.shape, [count, 2]);
      assertEquals([...inputs.beta.data], [4.5]);
      return Promise.resolve({ x: sum(examples.x.data) / count });
    },
  );
  assertEquals(counts, [3, 3, 1]);
  assertAlmostEquals(means.x, 127 / 7, 1e-12);
});

Deno.test("meanLosses() takes the same noise every time, whatever the batch", async () => {
  const noise = async (batchSize: number, seed: number) => {
    const values: number[] = [];
    await meanLosses(FEED, { batchSize, seed }, ({ inputs }) => {
      values.push(...inputs.z.data);
      return Promise.resolve({});
    });
    return values;
  };
  const first = await noise(3, 1);
  assertEquals(first.length, 14);
  assertEquals(await noise(3, 1), first);
  assertEquals(await noise(7, 1), first);
  assertEquals(first.some((value, i) => value === first[(i + 1) % 14]), false);
  assertEquals((await noise(3, 2))[0] === first[0], false);
});
