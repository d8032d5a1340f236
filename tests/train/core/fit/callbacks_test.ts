import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { FitCallback } from "../../../../train/core/fit/callbacks.ts";
import { fitModel } from "../../../../train/core/loop/fit_model.ts";
import { besideFit, blobs, classifier } from "./beside_fit.ts";

/** What a callback hears, in order, numbers of logs rounded. */
function listener(stopAt?: { model: () => tfl.LayersModel; epoch: number }) {
  const heard: string[] = [];
  const hear = (event: string, logs: tfl.Logs = {}) => {
    const values = Object.entries(logs)
      .map(([name, value]) => `${name} ${Number(value).toFixed(4)}`).sort();
    heard.push([event, ...values].join(", "));
  };
  const callback: tfl.CustomCallbackArgs = {
    onTrainBegin: () => hear("train begin"),
    onTrainEnd: () => hear("train end"),
    onEpochBegin: (epoch) => hear(`epoch ${epoch} begin`),
    onEpochEnd: (epoch, logs) => {
      hear(`epoch ${epoch} end`, logs);
      if (stopAt?.epoch === epoch) stopAt.model().stopTraining = true;
    },
  };
  return { heard, callback, hear };
}

/** Trains one model by its own `fit()` and one by fitModel(). */
async function both(
  callbackFor: (model: tfl.LayersModel) => FitCallback | FitCallback[],
  { epochs = 3, optimizer = () => tf.train.sgd(0.1) as tf.Optimizer } = {},
) {
  const { x, oneHot: y } = blobs();
  const [theirs, recorded] = [classifier(), classifier()];
  recorded.setWeights(theirs.getWeights());
  const loss = "categoricalCrossentropy";
  theirs.compile({ optimizer: optimizer(), loss });
  const common = { epochs, batchSize: 8, shuffle: false };
  const callbacks = callbackFor(theirs) as tfl.CustomCallbackArgs;
  await theirs.fit(x, y, { ...common, verbose: 0, callbacks });
  await fitModel(recorded, { x, y }, {
    ...common,
    optimizer: optimizer(),
    loss,
    callbacks: callbackFor(recorded),
  });
  return { theirs, recorded };
}

Deno.test("fitModel() calls callbacks as model.fit() does, with and without batches", async () => {
  for (const batches of [false, true]) {
    const all: string[][] = [];
    await both(() => {
      const { heard, callback, hear } = listener();
      all.push(heard);
      return batches
        ? {
          ...callback,
          onBatchBegin: (batch: number) => hear(`batch ${batch} begin`),
          onBatchEnd: (batch: number, logs?: tfl.Logs) => hear(`batch ${batch} end`, logs),
        }
        : callback;
    });
    assertEquals(all[1], all[0]);
    assertEquals(all[0].length, batches ? 26 : 8);
  }
});

Deno.test("fitModel() stops at stopTraining of an epoch or a batch, as model.fit() does", async () => {
  const all: string[][] = [];
  await both((model) => {
    const { heard, callback } = listener({ model: () => model, epoch: 1 });
    all.push(heard);
    return callback;
  });
  assertEquals(all[1], all[0]);
  assertEquals(all[0].length, 6);
  const { theirs, recorded } = await both((model) => ({
    onBatchEnd: (batch: number) => {
      if (batch === 1) model.stopTraining = true;
    },
  }));
  await assertSameWeights(recorded, theirs);
});

Deno.test("fitModel() takes tf.callbacks.earlyStopping() as model.fit() does", async () => {
  const { x, oneHot: y } = blobs();
  const logs = await besideFit(classifier, { x, y }, {
    compile: () => ({ optimizer: tf.train.sgd(0.1), loss: "categoricalCrossentropy" }),
    fit: {
      epochs: 12,
      validationSplit: 0.3,
      callbacks: tfl.callbacks.earlyStopping({ minDelta: 0.2, patience: 2 }),
    },
  });
  assert(logs.loss.length < 12, `${logs.loss.length} epochs`);
});

Deno.test("fitModel() goes on with weights and the learning rate that callbacks set", async () => {
  for (const optimizer of [() => tf.train.sgd(0.1), () => tf.train.adam(0.1)]) {
    const { theirs, recorded } = await both((model) => ({
      onEpochEnd: (epoch: number) => {
        const holder = model.optimizer as unknown as {
          learningRate: number;
          setLearningRate?: (rate: number) => void;
        };
        if (holder.setLearningRate === undefined) holder.learningRate = 0.01;
        else holder.setLearningRate(0.01);
        if (epoch === 1) model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 0.5)));
      },
    }), { optimizer });
    await assertSameWeights(recorded, theirs);
  }
});

Deno.test("fitModel() tells callbacks nothing of an epoch that onEpochEnd ends training before", async () => {
  const { x, oneHot: y } = blobs();
  const { heard, callback } = listener();
  await fitModel(classifier(), { x, y }, {
    optimizer: "sgd",
    loss: "meanSquaredError",
    epochs: 4,
    callbacks: callback,
    onEpochEnd: (epoch) => epoch < 1,
  });
  assertEquals(heard.map((line) => line.split(",")[0]), [
    "train begin",
    "epoch 0 begin",
    "epoch 0 end",
    "epoch 1 begin",
    "epoch 1 end",
    "train end",
  ]);
});

async function assertSameWeights(actual: tfl.LayersModel, expected: tfl.LayersModel) {
  for (const [i, weight] of actual.getWeights().entries()) {
    const values = await expected.getWeights()[i].data();
    (await weight.data()).forEach((value, k) => assertAlmostEquals(value, values[k], 1e-5));
  }
}
