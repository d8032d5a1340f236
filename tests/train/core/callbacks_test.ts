import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { earlyStopping, type EarlyStoppingOptions } from "../../../train/core/callbacks.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

/** Goes through epochs with some losses, the weight being the epoch; gives where it ends. */
async function stop(losses: readonly number[], options: EarlyStoppingOptions, column = "loss") {
  const weight = tf.tidy(() => tf.variable(tf.scalar(0)));
  const stopping = earlyStopping({ weight }, options);
  let epoch = 0;
  for (const loss of losses) {
    if (stopping.isDone!()) break;
    tf.tidy(() => weight.assign(tf.scalar(++epoch)));
    await stopping({ epoch, phase: "train", loss: 1, [column]: loss });
  }
  await stopping.onEnd!();
  const [restored] = await weight.data();
  tf.dispose([weight, stopping.variables]);
  return { epoch, restored };
}

Deno.test("earlyStopping() waits for patience epochs, and restores the lowest", async () => {
  const losses = [5, 3, 4, 3, 2.5, 3, 3, 3, 1];
  assertEquals(await stop(losses, { patience: 3 }), { epoch: 8, restored: 5 });
  assertEquals(await stop(losses, { patience: 2 }), { epoch: 4, restored: 2 });
});

Deno.test("earlyStopping() restores the lowest too where it ends nothing", async () => {
  assertEquals(await stop([5, 3, 4], {}), { epoch: 3, restored: 2 });
  assertEquals(await stop([5, 3, 4], { patience: 9 }), { epoch: 3, restored: 2 });
});

Deno.test("earlyStopping() takes the validation loss where there is one, or what it is told", async () => {
  assertEquals(await stop([5, 3, 4], {}, "valLoss"), { epoch: 3, restored: 2 });
  assertEquals(await stop([5, 3, 4], { monitor: "other" }, "other"), { epoch: 3, restored: 2 });
});

Deno.test("earlyStopping() leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  await stop([3, 2, 1, 2], { patience: 1 });
  assertEquals(tf.memory().numTensors, before);
});
