import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfd from "@tensorflow/tfjs-data";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../../lib/input_error.ts";
import { type BatchedDataset, epochsOf } from "../../../../train/core/fit/dataset.ts";
import { fitModel } from "../../../../train/core/loop/fit_model.ts";
import { blobs, classifier } from "./beside_fit.ts";

/** A dataset of tensors, in batches, the last of which is smaller. */
function batched({ x, y, size = 8 }: { x: tf.Tensor; y: tf.Tensor; size?: number }) {
  const rows = (tensor: tf.Tensor) => tfd.array(tensor.arraySync() as number[][]);
  return tfd.zip({ xs: rows(x), ys: rows(y) } as never).batch(size, false);
}

/** What `fitDataset()` and fitModel() log of each epoch. */
async function besideFitDataset(
  dataset: () => tfd.Dataset<tf.TensorContainer>,
  options: Omit<tfl.ModelFitDatasetArgs<tf.TensorContainer>, "epochs"> = {},
) {
  const [theirs, recorded] = [classifier(), classifier()];
  recorded.setWeights(theirs.getWeights());
  const compile = { loss: "categoricalCrossentropy", metrics: ["accuracy"] };
  theirs.compile({ ...compile, optimizer: tf.train.adam(0.05) });
  const { history } = await theirs.fitDataset(dataset() as never, {
    verbose: 0,
    ...options,
    epochs: 3,
  });
  const logs = new tfl.History();
  const { verbose: _, callbacks: __, validationBatches: ___, ...ours } = options;
  await fitModel(recorded, dataset() as BatchedDataset, {
    ...compile,
    ...ours as { batchesPerEpoch?: number },
    optimizer: tf.train.adam(0.05),
    epochs: 3,
    callbacks: logs,
  });
  assertEquals(Object.keys(logs.history).sort(), Object.keys(history).sort());
  for (const [name, values] of Object.entries(history)) {
    values.forEach((value, i) => {
      const actual = Number(logs.history[name][i]);
      assert(Math.abs(actual - Number(value)) <= 1e-5, `${name}: ${actual} instead of ${value}`);
    });
  }
}

Deno.test("fitModel() trains on a dataset of tf.data as fitDataset() does", async () => {
  const { x, oneHot: y } = blobs();
  await besideFitDataset(() => batched({ x, y }) as never);
  // So many batches an epoch, each epoch from where the last ended.
  await besideFitDataset(() => batched({ x, y }).repeat() as never, { batchesPerEpoch: 2 });
});

Deno.test("fitModel() weighs classes of a dataset and validates with one as fitDataset() does", async () => {
  const { x, oneHot: y } = blobs();
  await besideFitDataset(() => batched({ x, y }) as never, {
    classWeight: { 0: 1, 1: 3, 2: 0.5 },
    validationData: batched({ x, y, size: 22 }) as never,
  });
});

Deno.test("epochsOf() reads a dataset anew for each epoch, as it may be shuffled", async () => {
  let opened = 0;
  const dataset = tfd.generator(function* () {
    opened++;
    for (let i = 0; i < 3; i++) yield { xs: [opened], ys: [i] };
  }).batch(3) as BatchedDataset;
  const next = epochsOf(dataset);
  const before = tf.memory().numTensors;
  for (const epoch of [1, 2]) {
    const { x, batchSize } = await next();
    const [{ data, shape }] = x as unknown as { data: Float32Array; shape: number[] }[];
    assertEquals([batchSize, shape, data[0] > epoch - 1], [3, [3, 1], true]);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("epochsOf() takes tensors by name", async () => {
  const dataset = tfd.array([{ xs: { a: 1, b: [2, 3] }, ys: 4 }]).batch(1) as BatchedDataset;
  const { x, y } = await epochsOf(dataset)();
  assertEquals(Object.keys(x), ["a", "b"]);
  assertEquals((y as unknown as { shape: number[] }[])[0].shape, [1, 1]);
});

Deno.test("fitModel() says what is wrong with a dataset", async () => {
  const fit = (dataset: unknown, options = {}) =>
    fitModel(classifier(), dataset as BatchedDataset, {
      optimizer: "sgd",
      loss: "hinge",
      ...options,
    });
  const { x, oneHot: y } = blobs(8);
  const faults: [dataset: unknown, message: string, options?: object][] = [
    [tfd.array([]), "Cannot train on the dataset: it has no batches"],
    [tfd.array([1, 2]).batch(2), "Cannot train on the dataset: it gives no batches of { xs, ys }"],
    [
      {
        iterator: () => {
          const batches = [2, 3, 1].map((count) => ({
            xs: tf.zeros([count, 4]),
            ys: tf.zeros([count, 3]),
          }));
          return Promise.resolve({
            next: () => Promise.resolve({ value: batches.shift(), done: batches.length === 0 }),
          });
        },
      },
      "Cannot train on the dataset: batch 1 has 3 examples and the first 2",
    ],
    [batched({ x, y }), "Cannot train: validationSplit is given with a dataset", {
      validationSplit: 0.1,
    }],
  ];
  for (const [dataset, message, options] of faults) {
    await assertRejects(() => fit(dataset, options), InputError, message);
  }
});
