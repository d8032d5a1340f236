import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { EngineName } from "../../../../train/core/engines/mod.ts";
import { train } from "../../../../train/core/loop/train.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { tinyTraining, valuesOf } from "../tiny_training.ts";

await useBackend("cpu");

/** Two epochs of batches of 12 and a last of 2, or of 50 at once; or without the last. */
async function trained(engine: EngineName, { batchSize = 12, dropRemainder = false } = {}) {
  const { step, losses, feed, variables, dispose } = tinyTraining();
  const sizes: number[] = [];
  const logs = await train(step, feed, {
    batchSize,
    dropRemainder,
    engine,
    epochs: 2,
    threads: 1,
    validation: { feed, losses },
    onProgress: ({ losses }) => void sizes.push(losses.loss.length),
  });
  const values = await valuesOf(variables);
  dispose();
  return { logs, values, steps: sizes.reduce((sum, size) => sum + size) };
}

for (const engine of ["onnx", "native"] as const) {
  Deno.test(`the engine ${engine} trains on a smaller last batch as TensorFlow.js does`, async () => {
    for (const batchSize of [12, 49, 50, 100]) {
      const [actual, eager] = [
        await trained(engine, { batchSize }),
        await trained("tfjs", { batchSize }),
      ];
      assertEquals(actual.steps, 2 * Math.ceil(50 / batchSize));
      for (const [i, { imagesPerSecond: _, ...log }] of actual.logs.entries()) {
        for (const [name, value] of Object.entries(log)) {
          if (typeof value === "number") {
            assertAlmostEquals(value, Number(eager.logs[i][name]), 1e-5);
          }
        }
      }
      for (const [name, values] of Object.entries(actual.values)) {
        values.forEach((value, i) => assertAlmostEquals(value, eager.values[name][i], 1e-5));
      }
    }
    const without = await trained(engine, { dropRemainder: true });
    assertEquals(without.steps, 8);
    assert(without.logs[1].loss !== (await trained(engine)).logs[1].loss);
  });
}
