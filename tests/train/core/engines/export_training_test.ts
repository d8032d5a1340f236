import { assert, assertEquals, assertRejects } from "@std/assert";
import { type NdArray, ndarray } from "../../../../lib/array/ndarray.ts";
import { decodeModel, encodeModel } from "../../../../lib/onnx/mod.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { flattenRows } from "../../../../train/core/engines/rows.ts";
import { exportTraining, type StateEntry } from "../../../../train/core/engines/export_training.ts";
import { mapValues } from "../../../../train/core/feed.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { inFolder } from "../../../command_line.ts";
import { chunkOf, curveError, runSteps, STEP_CASES, type StepCase } from "../step_case.ts";

await useBackend("cpu");

/** The losses of 20 steps by an exported file, in two runs, the second of which goes on. */
async function trainFromFile(path: string, stepCase: StepCase): Promise<Record<string, number[]>> {
  const session = await createSession(path, { threads: 1 });
  const losses: Record<string, number[]> = {};
  let state: NdArray = ndarray("float32", [0], new Float32Array());
  for (const range of [[0, 10], [10, 20]] as const) {
    const { examples, indices, perStep } = chunkOf(stepCase, range);
    const given = {
      state,
      indices,
      ...mapValues(examples, (each) => flattenRows(each)),
      ...perStep,
    };
    const { new_state, ...found } = await session.run(given as Record<string, NdArray>);
    state = new_state;
    for (const [name, { data }] of Object.entries(found)) {
      (losses[name] ??= []).push(...Array.from(data, Number));
    }
  }
  await session.release();
  return losses;
}

// A training of each kind; those with draws of their own cannot be told what to draw.
const CASES = STEP_CASES.filter(({ about }) => !about.startsWith("classifier"));

for (const stepCase of CASES) {
  Deno.test(`exportTraining() takes the steps that train() takes (${stepCase.about})`, async () => {
    await inFolder(async (dir) => {
      const path = `${dir}/training.onnx`;
      await exportTraining(stepCase.build().step, stepCase.feed, path, stepCase);
      const actual = await trainFromFile(path, stepCase);
      const { losses } = await runSteps(stepCase, "onnx", [0, 20]);
      assertEquals(Object.keys(actual).sort(), Object.keys(losses).sort());
      for (const [name, values] of Object.entries(losses)) {
        const error = curveError(Float32Array.from(actual[name]), values);
        assert(error <= 1e-5, `${name} is off by ${error}`);
      }
    });
  });
}

Deno.test("exportTraining() says where in the state each variable lies", async () => {
  const [stepCase] = CASES;
  const model = await exportTraining(stepCase.build().step, stepCase.feed, undefined, stepCase);
  const { metadata, graph } = decodeModel(encodeModel(model));
  const entries = JSON.parse(metadata!.state) as StateEntry[];
  const end = entries.reduce((sum, { shape, offset }) => {
    assertEquals(offset, sum);
    return sum + shape.reduce((product, size) => product * size, 1);
  }, 0);
  assertEquals(graph.outputs.find(({ name }) => name === "new_state")?.shape, [end]);
  assert(entries.some(({ name }) => name.includes("kernel")));
  assertEquals(graph.inputs[0], { name: "state", dtype: "float32", shape: ["state_size"] });
});

Deno.test("exportTraining() throws if a step trains nothing", async () => {
  const [{ feed, batchSize }] = CASES;
  await assertRejects(
    () => exportTraining(() => ({}), feed, undefined, { batchSize }),
    Error,
    "it changes no variable",
  );
});
