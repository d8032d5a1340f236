import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../lib/input_error.ts";
import { earlyStopping } from "../../../train/core/callbacks.ts";
import {
  openCheckpoint,
  phaseVariables,
  readCheckpoint,
  restore,
  saveCheckpoint,
} from "../../../train/core/checkpoint.ts";
import type { EngineName } from "../../../train/core/engines/mod.ts";
import { train } from "../../../train/core/loop/train.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { tinyTraining, valuesOf } from "./tiny_training.ts";

await useBackend("cpu");

const ENGINES_HERE: readonly EngineName[] = ["onnx", "tfjs"];

interface Run {
  engine: EngineName;
  dir: string;
  /** Ends the process, as it were, after this epoch. */
  stopAfter?: number;
}

/** Trains two phases, the first with early stopping, as a system does; goes on from what is there. */
async function trainPhases({ engine, dir, stopAfter = Infinity }: Run) {
  const { step, losses, feed, variables, dispose } = tinyTraining({ dropout: 0.3 });
  const { first, second } = variables;
  // A rate that rises: the loss soon does too.
  const wild = { ...feed, scalars: { learningRate: (step: number) => 0.01 * 1.4 ** step } };
  const stopping = earlyStopping({ first, second }, { patience: 2 });
  const options = { engine, threads: 1, batchSize: 8 };
  const run = async (phase: string, epochsBefore: number, state: typeof variables) => {
    const isFirst = phase === "one";
    const { history, save } = await openCheckpoint(`${dir}/${phase}.npz`, state, {
      share: 1,
    });
    return await train(step, isFirst ? wild : feed, {
      ...options,
      phase,
      epochs: isFirst ? 6 : 3,
      epochsBefore,
      resume: history,
      ...isFirst && { validation: { feed, losses } },
      callbacks: [
        ...isFirst ? [stopping] : [],
        save,
        ({ epoch }) => {
          if (epoch === stopAfter) throw new Error("stopped");
        },
      ],
    });
  };
  try {
    const before = await run("one", 0, { ...variables, ...stopping.variables });
    const after = await run("two", before.length, variables);
    const logs = [...before, ...after].map(({ imagesPerSecond: _, ...log }) => log);
    return { logs, values: await valuesOf(variables) };
  } finally {
    tf.dispose(stopping.variables);
    dispose();
  }
}

for (const engine of ENGINES_HERE) {
  Deno.test(`a training that is stopped after any epoch and resumed ends with the same bytes (${engine})`, async () => {
    const dir = await Deno.makeTempDir();
    const whole = await trainPhases({ engine, dir });
    const { logs } = whole;
    const stopped = logs.filter(({ phase }) => phase === "one").length;
    assertEquals(stopped > 2 && stopped < 6, true, `${stopped} epochs of the first phase`);
    for (let stopAfter = 1; stopAfter <= logs.length; stopAfter++) {
      for (const phase of ["one", "two"]) await Deno.remove(`${dir}/${phase}.npz`).catch(() => {});
      await assertRejects(() => trainPhases({ engine, dir, stopAfter }), Error, "stopped");
      assertEquals(await trainPhases({ engine, dir }), whole);
    }
  });
}

Deno.test("restore() throws if the checkpoint is of other variables, and leaves them alone", async () => {
  const path = `${await Deno.makeTempDir()}/checkpoint.npz`;
  const { variables, dispose } = tinyTraining();
  await saveCheckpoint(path, variables)({ epoch: 1, phase: "one", loss: 2 });
  const checkpoint = await readCheckpoint(path);
  assertEquals(checkpoint.history, [{ epoch: 1, phase: "one", loss: 2 }]);
  const { average: _, ...fewer } = variables;
  assertThrows(() => restore(fewer, checkpoint), InputError, '"average", which is not trained');
  const other = tf.variable(tf.zeros([7]));
  assertThrows(
    () => restore({ ...variables, average: other }, checkpoint),
    InputError,
    '"average" of shape [3], [7] is needed',
  );
  assertThrows(() => restore({ ...variables, other }, checkpoint), InputError, "[missing]");
  dispose();
  other.dispose();
});

Deno.test("readCheckpoint() throws if the file is no checkpoint", async () => {
  const path = `${await Deno.makeTempDir()}/checkpoint.npz`;
  await assertRejects(() => readCheckpoint(path), InputError);
  await Deno.writeTextFile(path, "nothing");
  await assertRejects(() => readCheckpoint(path), InputError);
});

Deno.test("openCheckpoint() goes back to the last epoch saved, or to the begin of the phase", async () => {
  const path = `${await Deno.makeTempDir()}/checkpoint.npz`;
  const { variables, dispose } = tinyTraining();
  const begin = await valuesOf(variables);
  const change = () => {
    for (const variable of Object.values(variables)) variable.assign(tf.mul(variable, NaN));
  };
  const checkpoint = await openCheckpoint(path, variables);
  change();
  await checkpoint.goBack();
  assertEquals(await valuesOf(variables), begin);
  variables.average.assign(tf.ones([3]));
  await checkpoint.save({ epoch: 1, phase: "one", loss: 2 });
  change();
  await checkpoint.goBack();
  assertEquals((await valuesOf(variables)).average, [1, 1, 1]);
  dispose();
});

Deno.test("saveCheckpoint() saves the first epoch, and later ones as its share of the time allows", async () => {
  const path = `${await Deno.makeTempDir()}/checkpoint.npz`;
  const { variables, dispose } = tinyTraining();
  const savedAfter = async (share: number) => {
    const save = saveCheckpoint(path, variables, { share });
    for (const epoch of [1, 2, 3]) await save({ epoch, phase: "one", loss: epoch });
    return (await readCheckpoint(path)).history.length;
  };
  assertEquals([await savedAfter(1), await savedAfter(1e-9)], [3, 1]);
  dispose();
});

Deno.test("phaseVariables() finds all that a step changes, in the same order each time", () => {
  const found = [0, 1].map(() => {
    const { step, variables, dispose } = tinyTraining();
    const inputs = {
      images: { shape: [8, 4] },
      labels: { shape: [8], dtype: "int32" as const },
      noise: { shape: [8, 4] },
      learningRate: { shape: [] },
    };
    const used = phaseVariables({}, step, inputs);
    assertEquals(new Set(Object.values(used)), new Set(Object.values(variables)));
    const shapes = Object.entries(used).map(([name, { shape }]) => `${name} ${shape}`);
    dispose();
    return shapes;
  });
  assertEquals(found[0], found[1]);
  assertEquals(found[0][0], "step/0 4,3");
});
