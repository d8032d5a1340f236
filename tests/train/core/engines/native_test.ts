import { assert, assertEquals } from "@std/assert";
import { chunks } from "../../../../train/core/feed.ts";
import { ENGINES } from "../../../../train/core/engines/mod.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { assertSameStep, curveError, runSteps, STEP_CASES } from "../step_case.ts";
import { tinyTraining, valuesOf } from "../tiny_training.ts";

await useBackend("cpu");

for (const stepCase of STEP_CASES) {
  Deno.test(`one compiled step gives what ONNX Runtime gives (${stepCase.about})`, async () => {
    const expected = await runSteps(stepCase, "onnx", [0, 1]);
    assertSameStep(await runSteps(stepCase, "native", [0, 1]), expected);
  });

  Deno.test(`100 compiled steps follow the curve of ONNX Runtime (${stepCase.about})`, async () => {
    const { losses: expected } = await runSteps(stepCase, "onnx", [0, 100]);
    const { losses: actual } = await runSteps(stepCase, "native", [0, 100]);
    for (const [name, curve] of Object.entries(expected)) {
      assert(curveError(actual[name], curve) <= 5e-3, name);
    }
  });
}

Deno.test("the native engine ends in the same bytes with any threads and chunks", async () => {
  const run = async (threads: number, size: number) => {
    const { step, feed, variables, losses, dispose } = tinyTraining();
    const options = { batchSize: 10, seed: 1, threads };
    const engine = await ENGINES.native(step, feed, options);
    const found: unknown[] = [];
    for (const chunk of chunks(feed, { ...options, epoch: 1, size: () => size })) {
      for (const values of Object.values(await engine.run(chunk))) found.push(values);
    }
    found.push(await engine.evaluate(losses, feed));
    await engine.dispose();
    const values = await valuesOf(variables);
    dispose();
    return { values, last: found.at(-1) };
  };
  const expected = await run(1, 5);
  assertEquals(await run(2, 5), expected);
  assertEquals(await run(3, 2), expected);
});
