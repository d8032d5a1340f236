import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { Random } from "../../../lib/array/random.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { adam } from "../../../train/core/optimizers.ts";
import { minimize, type Step } from "../../../train/core/step.ts";
import { train } from "../../../train/core/loop/train.ts";
import {
  namedVariables,
  owningVariables,
  trainableVariables,
} from "../../../train/core/variables.ts";
import { recordStep } from "../../../train/record/record_step.ts";
import { recordingBackend } from "../../../train/record/mod.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

/** A net with layers that nobody named, and what trains it. */
function build() {
  const seed = 1;
  const kernelInitializer = tfl.initializers.glorotUniform({ seed });
  const net = tfl.sequential({
    layers: [
      tfl.layers.dense({ inputShape: [6], units: 5, activation: "relu", kernelInitializer }),
      tfl.layers.batchNormalization(),
      tfl.layers.dense({ units: 4, kernelInitializer }),
      tfl.layers.dense({ units: 1, name: "last", kernelInitializer }),
    ],
  });
  const optimizer = adam(trainableVariables({ net }));
  const losses = ({ x }: Readonly<Record<string, tf.Tensor>>, training: boolean) => ({
    loss: tf.mean(tf.square(net.apply(x, { training }) as tf.Tensor)) as tf.Scalar,
  });
  const step: Step = (batch) => minimize(optimizer, batch.learningRate, () => losses(batch, true));
  const state = optimizer.state.map((variable, i) => [`adam/${i}`, variable]);
  const variables = { ...namedVariables({ net }), ...Object.fromEntries(state) };
  return { net, step, validate: (batch: Parameters<Step>[0]) => losses(batch, false), variables };
}

const COUNT = 32;
const FEED = {
  examples: { x: ndarray("float32", [COUNT, 6], new Random(1, "x").normals(COUNT * 6)) },
  scalars: { learningRate: () => 1e-3 },
};

Deno.test("namedVariables() names weights alike for each network built alike", () => {
  const [first, second] = [build(), build()];
  assertEquals(Object.keys(second.variables), Object.keys(first.variables));
  assertEquals(Object.keys(namedVariables({ net: first.net })), [
    "dense_1/kernel",
    "dense_1/bias",
    "batch_normalization_1/gamma",
    "batch_normalization_1/beta",
    "dense_2/kernel",
    "dense_2/bias",
    "last/kernel",
    "last/bias",
    "batch_normalization_1/moving_mean",
    "batch_normalization_1/moving_variance",
  ]);
  // Two networks may have layers of one name.
  const both = namedVariables({ a: first.net, b: second.net });
  assertEquals(Object.keys(both).length, 20);
  assert("last/kernel_1" in both);
  for (const { variables } of [first, second]) tf.dispose(variables);
});

Deno.test("6 trainings in one process: the last holds and records what the second did", async () => {
  const held = async () => {
    const { step, validate, variables } = build();
    const inputs = { x: { shape: [8, 6] }, learningRate: { shape: [] } };
    const { recording } = await recordStep(step, { inputs });
    await train(step, FEED, {
      epochs: 2,
      batchSize: 8,
      threads: 1,
      validation: { feed: FEED, losses: validate },
    });
    tf.dispose(variables);
    return {
      values: Object.keys(recording.inputs).length + Object.keys(recording.outputs).length,
      tensors: tf.memory().numTensors,
      buffers: tf.memory().numDataBuffers,
      recorded: recordingBackend.numDataIds(),
      variables: Object.keys(tf.engine().registeredVariables).length,
      sessions: recordingBackend.sessionCount,
    };
  };
  await held();
  const second = await held();
  for (let i = 0; i < 3; i++) await held();
  assertEquals(await held(), second);
});

Deno.test("owningVariables() frees what was created meanwhile, also by work that fails or overlaps", async () => {
  const kept = tf.variable(tf.scalar(1));
  const created: tf.Variable[] = [];
  const create = () => created.push(tf.tidy(() => tf.variable(tf.scalar(2))));
  assertEquals(await owningVariables(() => Promise.resolve(create())), 1);
  assertEquals(created[0].isDisposed, true);
  await assertRejects(() =>
    owningVariables(() => {
      create();
      return Promise.reject(new Error("failed"));
    })
  );
  assertEquals(created[1].isDisposed, true);
  let endFirst = () => {};
  const first = owningVariables(() => {
    create();
    return new Promise<void>((resolve) => endFirst = resolve);
  });
  await owningVariables(() => Promise.resolve(create()));
  // The first is still at work: what is whose cannot be told.
  assertEquals([created[2].isDisposed, created[3].isDisposed], [false, false]);
  endFirst();
  await first;
  assertEquals([created[2].isDisposed, created[3].isDisposed], [true, true]);
  assertEquals(kept.isDisposed, false);
  kept.dispose();
});
