import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../lib/input_error.ts";
import { earlyStopping } from "../../../train/core/callbacks.ts";
import { readCheckpoint, restore, saveCheckpoint } from "../../../train/core/checkpoint.ts";
import type { EngineName } from "../../../train/core/engines/mod.ts";
import { train } from "../../../train/core/loop/train.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { tinyTraining, valuesOf } from "./tiny_training.ts";

await useBackend("cpu");

const ENGINES_HERE: readonly EngineName[] = ["onnx", "tfjs"];

interface Run {
  engine: EngineName;
  path: string;
  /** Ends the process, as it were, after this epoch. */
  stopAfter?: number;
  resume?: boolean;
}

/** Trains two phases, the first with early stopping, as a system does. */
async function trainPhases({ engine, path, stopAfter = Infinity, resume = false }: Run) {
  const { step, losses, feed, variables, dispose } = tinyTraining({ dropout: 0.3 });
  const { first, second } = variables;
  // A rate that rises: the loss soon does too.
  const wild = { ...feed, scalars: { learningRate: (step: number) => 0.01 * 1.4 ** step } };
  const stopping = earlyStopping({ first, second }, { patience: 2 });
  const all = { ...variables, ...stopping.variables };
  const checkpoint = resume ? await readCheckpoint(path) : undefined;
  if (checkpoint !== undefined) restore(all, checkpoint);
  const options = { engine, threads: 1, batchSize: 8, resume: checkpoint };
  const callbacks = (history = checkpoint?.history) => [
    saveCheckpoint(path, all, history === undefined ? {} : { history }),
    ({ epoch }: { epoch: number }) => {
      if (epoch === stopAfter) throw new Error("stopped");
    },
  ];
  try {
    const before = await train(step, wild, {
      ...options,
      epochs: 6,
      phase: "one",
      validation: { feed, losses },
      callbacks: [stopping, ...callbacks()],
    });
    const after = await train(step, feed, {
      ...options,
      epochs: 3,
      epochsBefore: before.length,
      phase: "two",
      callbacks: callbacks(checkpoint?.phase === "two" ? checkpoint.history : before),
    });
    const logs = [...before, ...after].map(({ imagesPerSecond: _, ...log }) => log);
    return { logs, values: await valuesOf(variables) };
  } finally {
    tf.dispose(stopping.variables);
    dispose();
  }
}

for (const engine of ENGINES_HERE) {
  Deno.test(`a training that is stopped after any epoch and resumed ends with the same bytes (${engine})`, async () => {
    const path = `${await Deno.makeTempDir()}/checkpoint.npz`;
    const whole = await trainPhases({ engine, path });
    const { logs } = whole;
    const stopped = logs.filter(({ phase }) => phase === "one").length;
    assertEquals(stopped > 2 && stopped < 6, true, `${stopped} epochs of the first phase`);
    for (let stopAfter = 1; stopAfter <= logs.length; stopAfter++) {
      await assertRejects(() => trainPhases({ engine, path, stopAfter }), Error, "stopped");
      assertEquals((await readCheckpoint(path)).epoch, stopAfter);
      assertEquals(await trainPhases({ engine, path, resume: true }), whole);
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
