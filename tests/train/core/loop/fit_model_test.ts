import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../../../../lib/array/ndarray.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { Random } from "../../../../lib/array/random.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { exportOnnx } from "../../../../train/export/export_onnx.ts";
import { fitModel, layersStep } from "../../../../train/core/loop/fit_model.ts";
import type { LossFunction } from "../../../../train/core/layers_loss.ts";
import { drawWeights } from "../../export/exported.ts";
import { curveError, relativeError } from "../step_case.ts";
import "../../seeded_weights.ts";

await useBackend("cpu");

const BATCH = 8;
const COUNT = 40;

/** Random numbers with random one-hot labels of three classes that depend on them. */
function examples(shape: readonly number[]): { x: NdArray<"float32">; y: NdArray<"float32"> } {
  const random = new Random(3, "examples");
  const size = shape.reduce((product, dim) => product * dim, 1);
  const x = random.normals(COUNT * size);
  const y = new Float32Array(COUNT * 3);
  for (let i = 0; i < COUNT; i++) {
    const label = x[i * size] > 0.4 ? 0 : x[i * size + 1] > 0 ? 1 : 2;
    y[i * 3 + label] = 1;
    x[i * size + 2] += label;
  }
  return {
    x: ndarray("float32", [COUNT, ...shape], x),
    y: ndarray("float32", [COUNT, 3], y),
  };
}

interface Net {
  readonly shape: number[];
  build(): tfl.LayersModel;
}

const NETS: Readonly<Record<string, Net>> = {
  MLP: {
    shape: [6],
    build: () =>
      tfl.sequential({
        layers: [
          tfl.layers.dense({ inputShape: [6], units: 10, activation: "tanh" }),
          tfl.layers.dense({ units: 3, activation: "softmax" }),
        ],
      }),
  },
  "convolutions with batch normalization and pooling": {
    shape: [8, 8, 1],
    build: () =>
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({
            inputShape: [8, 8, 1],
            filters: 4,
            kernelSize: 3,
            padding: "same",
            // Batch normalization takes a bias out again: its gradient would be all rounding.
            useBias: false,
          }),
          tfl.layers.batchNormalization(),
          tfl.layers.reLU(),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          tfl.layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, activation: "relu" }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 3, activation: "softmax" }),
        ],
      }),
  },
  LSTM: {
    shape: [5, 4],
    build: () =>
      tfl.sequential({
        layers: [
          tfl.layers.lstm({ inputShape: [5, 4], units: 6 }),
          tfl.layers.dense({ units: 3, activation: "softmax" }),
        ],
      }),
  },
};

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.03),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  adamax: () => tf.train.adamax(0.01),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(1),
};

const crossEntropy = (labels: tf.Tensor, predictions: tf.Tensor) =>
  tf.neg(tf.sum(tf.mul(labels, tf.log(tf.add(predictions, 1e-6))), 1));

async function weightsOf(model: tfl.LayersModel): Promise<Float32Array[]> {
  return await Promise.all(
    model.getWeights().map(async (weight) => (await weight.data() as Float32Array).slice()),
  );
}

function learningRateOf(optimizer: tf.Optimizer): number {
  return (optimizer as unknown as { learningRate: number }).learningRate;
}

/** Some optimizers keep the rate as a tensor, and change it by a method. */
function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  const holder = optimizer as unknown as {
    learningRate: number;
    setLearningRate?(rate: number): void;
  };
  if (holder.setLearningRate === undefined) holder.learningRate = rate;
  else holder.setLearningRate(rate);
}

/** The loss of each step on TensorFlow.js, over the batches that trainSteps() takes. */
async function trainEagerly(
  model: tfl.LayersModel,
  { x, y }: ReturnType<typeof examples>,
  { optimizer, epochs, learningRate, loss = crossEntropy }: {
    optimizer: tf.Optimizer;
    epochs: number;
    loss?: LossFunction;
    learningRate?: (step: number) => number;
  },
): Promise<Float32Array> {
  const losses: number[] = [];
  const [allX, allY] = [tf.tensor(x.data, [...x.shape]), tf.tensor(y.data, [...y.shape])];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const permutation = Int32Array.from(new Random(0, `order ${epoch + 1}`).permutation(COUNT));
    for (let start = 0; start + BATCH <= COUNT; start += BATCH) {
      if (learningRate !== undefined) {
        setLearningRate(optimizer, learningRate(losses.length));
      }
      const indices = tf.tensor1d(permutation.subarray(start, start + BATCH), "int32");
      const { loss: value } = layersStep(model, {
        x: tf.gather(allX, indices),
        y: tf.gather(allY, indices),
        optimizer,
        loss,
      });
      losses.push((await value.data())[0]);
    }
  }
  return Float32Array.from(losses);
}

for (const [name, { shape, build }] of Object.entries(NETS)) {
  Deno.test(`fitModel() trains as TensorFlow.js does, step for step (${name})`, async () => {
    const data = examples(shape);
    const [eager, recorded] = [build(), build()];
    recorded.setWeights(eager.getWeights());
    const options = { epochs: 10, batchSize: BATCH, loss: crossEntropy };

    const expected = await trainEagerly(eager, data, {
      epochs: 10,
      optimizer: tf.train.adam(0.03),
    });
    const actual = await fitModel(recorded, data, { ...options, optimizer: tf.train.adam(0.03) });
    assertEquals(actual.length, 50);
    assert(curveError(actual.subarray(0, 1), expected.subarray(0, 1)) <= 1e-5);
    const error = curveError(actual, expected);
    assert(error <= 5e-3, `the curves differ by ${error}`);
    assert(expected[49] < 0.9 * expected[0], "the loss did not fall");
  });

  Deno.test(`fitModel() changes every weight in one step as TensorFlow.js does (${name})`, async () => {
    const data = examples(shape);
    const [eager, recorded] = [build(), build()];
    recorded.setWeights(eager.getWeights());
    const before = await weightsOf(eager);
    const first = {
      x: ndarray("float32", [BATCH, ...shape], data.x.data.slice(0, data.x.data.length / 5)),
      y: ndarray("float32", [BATCH, 3], data.y.data.slice(0, BATCH * 3)),
    };
    layersStep(eager, {
      x: tf.tensor(first.x.data, [...first.x.shape]),
      y: tf.tensor(first.y.data, [BATCH, 3]),
      // No optimizer that divides by the gradient's size: it would blow rounding up.
      optimizer: tf.train.sgd(1),
      loss: crossEntropy,
    });
    await fitModel(recorded, first, {
      batchSize: BATCH,
      optimizer: tf.train.sgd(1),
      loss: crossEntropy,
    });
    const [expected, actual] = [await weightsOf(eager), await weightsOf(recorded)];
    expected.forEach((weights, i) => {
      const change = (after: Float32Array) => after.map((value, j) => value - before[i][j]);
      assert(change(weights).some((value) => value !== 0), `weight ${i} did not change`);
      // What changed, and not the whole weight, in which an error could hide.
      const error = relativeError(change(actual[i]), change(weights));
      assert(error <= 1e-5, `weight ${i} changed otherwise, by ${error} of the change`);
    });
  });
}

for (const [name, create] of Object.entries(OPTIMIZERS)) {
  Deno.test(`fitModel() takes tf.train.${name}, its state included`, async () => {
    const { shape, build } = NETS.MLP;
    const data = examples(shape);
    const [eager, recorded] = [build(), build()];
    recorded.setWeights(eager.getWeights());
    const expected = await trainEagerly(eager, data, { epochs: 4, optimizer: create() });
    const options = { epochs: 4, batchSize: BATCH, loss: crossEntropy, optimizer: create() };
    assert(curveError(await fitModel(recorded, data, options), expected) <= 1e-4);
  });

  Deno.test(`fitModel() follows a schedule of the learning rate of tf.train.${name}`, async () => {
    const { shape, build } = NETS.MLP;
    const data = examples(shape);
    const [eager, recorded] = [build(), build()];
    recorded.setWeights(eager.getWeights());
    const optimizer = create();
    const rate = learningRateOf(optimizer);
    const learningRate = (step: number) => rate / (1 + step / 5);
    const options = { epochs: 4, learningRate };
    const expected = await trainEagerly(eager, data, { ...options, optimizer: create() });
    const actual = await fitModel(recorded, data, {
      ...options,
      batchSize: BATCH,
      loss: crossEntropy,
      optimizer,
    });
    assert(curveError(actual, expected) <= 1e-4);
    assertEquals(learningRateOf(optimizer), rate);
  });

  Deno.test(`fitModel() goes on with the state of tf.train.${name} when it is called again`, async () => {
    const { shape, build } = NETS.MLP;
    const data = examples(shape);
    const [once, twice] = [build(), build()];
    twice.setWeights(once.getWeights());
    const options = { batchSize: BATCH, loss: crossEntropy, shuffle: false };
    const expected = await fitModel(once, data, { ...options, epochs: 6, optimizer: create() });
    const optimizer = create();
    const first = await fitModel(twice, data, { ...options, epochs: 3, optimizer });
    const tensors = tf.memory().numTensors;
    const second = await fitModel(twice, data, { ...options, epochs: 3, optimizer });
    assertEquals(tf.memory().numTensors, tensors);
    assert(curveError(Float32Array.of(...first, ...second), expected) <= 1e-6);
  });
}

/** Each function of `tf.losses`. */
const LOSSES: Readonly<Record<string, LossFunction>> = {
  absoluteDifference: tf.losses.absoluteDifference,
  cosineDistance: (labels, predictions) => tf.losses.cosineDistance(labels, predictions, 1),
  hingeLoss: tf.losses.hingeLoss,
  huberLoss: tf.losses.huberLoss,
  logLoss: tf.losses.logLoss,
  meanSquaredError: tf.losses.meanSquaredError,
  sigmoidCrossEntropy: tf.losses.sigmoidCrossEntropy,
  softmaxCrossEntropy: tf.losses.softmaxCrossEntropy,
  computeWeightedLoss: (labels, predictions) =>
    tf.losses.computeWeightedLoss(tf.squaredDifference(labels, predictions), labels),
};

Deno.test("fitModel() takes each function of tf.losses", async () => {
  assertEquals(Object.keys(LOSSES).sort(), Object.keys(tf.losses).sort());
  const { shape, build } = NETS.MLP;
  const data = examples(shape);
  for (const [name, loss] of Object.entries(LOSSES)) {
    const [eager, recorded] = [build(), build()];
    recorded.setWeights(eager.getWeights());
    const options = { epochs: 2, optimizer: tf.train.sgd(0.1), loss };
    const expected = await trainEagerly(eager, data, options);
    const actual = await fitModel(recorded, data, { ...options, batchSize: BATCH });
    assert(curveError(actual, expected) <= 1e-4, name);
  }
});

Deno.test("fitModel() gives the curve of the model's own fit(), penalties of weights included", async () => {
  const build = () => {
    const { l1l2, l2 } = tfl.regularizers;
    return tfl.sequential({
      layers: [
        tfl.layers.dense({ inputShape: [6], units: 8, kernelRegularizer: l2({ l2: 0.1 }) }),
        tfl.layers.batchNormalization({ gammaRegularizer: l1l2({}) }),
        tfl.layers.dense({ units: 3, biasRegularizer: l2({ l2: 0.2 }), activation: "sigmoid" }),
      ],
    });
  };
  const data = examples([6]);
  const [own, recorded] = [build(), build()];
  recorded.setWeights(own.getWeights());
  own.compile({ optimizer: tf.train.adam(0.02), loss: "meanSquaredError" });
  const expected: number[] = [];
  await own.fit(tf.tensor2d(data.x.data, [COUNT, 6]), tf.tensor2d(data.y.data, [COUNT, 3]), {
    epochs: 3,
    batchSize: BATCH,
    shuffle: false,
    verbose: 0,
    yieldEvery: "never",
    callbacks: { onBatchEnd: (_, logs) => void expected.push(logs!.loss) },
  });
  const actual = await fitModel(recorded, data, {
    epochs: 3,
    batchSize: BATCH,
    shuffle: false,
    optimizer: tf.train.adam(0.02),
    loss: tf.losses.meanSquaredError,
  });
  assert(curveError(actual, Float32Array.from(expected)) <= 1e-4);
});

/** A net that drops half of its middle. */
function dropoutNet(): tfl.Sequential {
  return tfl.sequential({
    layers: [
      tfl.layers.dense({ inputShape: [6], units: 32, activation: "relu" }),
      tfl.layers.dropout({ rate: 0.5 }),
      tfl.layers.gaussianNoise({ stddev: 0.1 }),
      tfl.layers.dense({ units: 3, activation: "softmax" }),
    ],
  });
}

Deno.test("fitModel() trains a net with stock dropout, which is off in what is exported", async () => {
  const data = examples([6]);
  const model = dropoutNet();
  drawWeights(model);
  const start = model.getWeights().map((weight) => tf.clone(weight));
  const run = async (seed: number) => {
    model.setWeights(start);
    const options = { epochs: 30, batchSize: BATCH, optimizer: tf.train.adam(0.02) };
    return await fitModel(model, data, { ...options, loss: crossEntropy, seed, shuffle: false });
  };
  const losses = await run(1);
  const mean = (from: number, to: number) =>
    losses.slice(from, to).reduce((sum, loss) => sum + loss, 0) / (to - from);
  assert(mean(100, 150) < 0.6 * mean(0, 50), `${mean(0, 50)} fell to ${mean(100, 150)} only`);
  assertEquals(await run(1), losses);
  assertNotEquals(await run(2), losses);
  const { model: { graph }, differences } = await exportOnnx(model, undefined);
  assertEquals(graph.nodes.filter(({ opType }) => /Random/.test(opType)), []);
  assertEquals(differences.length, 1);
});

Deno.test("fitModel() gives onEpochEnd the loss on other examples, with dropout off", async () => {
  const data = examples([6]);
  const model = dropoutNet();
  const x = tf.tensor2d(data.x.data, [COUNT, 6]);
  const y = tf.tensor2d(data.y.data, [COUNT, 3]);
  let epochs = 0;
  await fitModel(model, data, {
    epochs: 3,
    batchSize: 12,
    optimizer: tf.train.adam(0.02),
    loss: crossEntropy,
    validationData: data,
    onEpochEnd: async (_, { valLoss }) => {
      // The weights are up to date: the model itself gives the same.
      const loss = tf.mean(crossEntropy(y, model.predict(x) as tf.Tensor));
      assertAlmostEquals(valLoss, (await loss.data())[0], 1e-5);
      epochs++;
    },
  });
  assertEquals(epochs, 3);
});

/** Which predictions are right, by whose greatest element; and how sure they are. */
const METRICS: Readonly<Record<string, LossFunction>> = {
  accuracy: (labels, predictions) => tf.equal(tf.argMax(labels, -1), tf.argMax(predictions, -1)),
  confidence: (_, predictions) => tf.max(predictions, -1),
};

Deno.test("fitModel() gives onEpochEnd the means of metrics, those of other examples too", async () => {
  const { shape, build } = NETS.MLP;
  const data = examples(shape);
  const [eager, recorded] = [build(), build()];
  recorded.setWeights(eager.getWeights());
  const [x, y] = [data.x, data.y].map(({ data, shape }) => tf.tensor2d(data, [COUNT, shape[1]]));
  const optimizer = tf.train.adam(0.03);
  const means: Record<string, number>[] = [];
  const fit = () =>
    fitModel(recorded, data, {
      epochs: 3,
      batchSize: BATCH,
      shuffle: false,
      optimizer,
      loss: crossEntropy,
      metrics: METRICS,
      validationData: data,
      onEpochEnd: (_, logs) => void means.push(logs),
    });
  await fit();

  const own = tf.train.adam(0.03);
  // A sequential model names its outputs when it is first used.
  eager.predict(x);
  const [output] = eager.outputNames;
  for (const logs of means) {
    const sums = { loss: 0, accuracy: 0, confidence: 0 };
    for (let start = 0; start < COUNT; start += BATCH) {
      const values = layersStep(eager, {
        x: tf.slice(x, [start, 0], [BATCH, 6]),
        y: tf.slice(y, [start, 0], [BATCH, 3]),
        optimizer: own,
        loss: crossEntropy,
        metrics: Object.entries(METRICS).map(([name, measure]) => ({ name, measure, output })),
      });
      for (const name of ["loss", "accuracy", "confidence"] as const) {
        sums[name] += (await values[name].data())[0] * BATCH / COUNT;
      }
    }
    const predictions = eager.predict(x) as tf.Tensor;
    const expected: Record<string, number> = {
      ...sums,
      valLoss: tf.mean(crossEntropy(y, predictions)).dataSync()[0],
      valAccuracy: tf.mean(METRICS.accuracy(y, predictions)).dataSync()[0],
      valConfidence: tf.mean(METRICS.confidence(y, predictions)).dataSync()[0],
    };
    assertEquals(Object.keys(logs).sort(), Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected)) {
      assertAlmostEquals(logs[name], value, 1e-4, name);
    }
  }
  const tensors = tf.memory().numTensors;
  await fit();
  assertEquals(tf.memory().numTensors, tensors);
});

Deno.test("fitModel() scales bytes to [0, 1], among labels and for validation too", async () => {
  const random = new Random(5, "bytes");
  const bytes = ndarray(
    "uint8",
    [COUNT, 6],
    Uint8Array.from({ length: COUNT * 6 }, () => random.integer(256)),
  );
  const floats = ndarray(
    "float32",
    [COUNT, 6],
    Float32Array.from(bytes.data, (byte) => byte / 255),
  );
  const build = () =>
    tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [6], units: 6, name: "same" })] });
  const [first, second] = [build(), build()];
  second.setWeights(first.getWeights());
  const fit = async (model: tfl.LayersModel, images: typeof bytes | typeof floats) => {
    const valLosses: number[] = [];
    const losses = await fitModel(model, { x: images, y: images }, {
      epochs: 4,
      batchSize: BATCH,
      optimizer: tf.train.adam(0.01),
      loss: tf.losses.meanSquaredError,
      validationData: { x: images, y: images },
      onEpochEnd: (_, { valLoss }) => void valLosses.push(valLoss),
    });
    return Float32Array.of(...losses, ...valLosses);
  };
  assert(curveError(await fit(first, bytes), await fit(second, floats)) <= 1e-5);
});

Deno.test("fitModel() throws for options out of their range, generated", async () => {
  const odd = [-1, 1.5, NaN, Infinity, -Infinity, 2 ** 60];
  const x = ndarray("float32", [4, 2], new Float32Array(8));
  const y = ndarray("float32", [4, 1], new Float32Array(4));
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [2] })] });
  const optimizer = tf.train.sgd(0.1);
  const loss = tf.losses.meanSquaredError;
  for (const name of ["batchSize", "epochs", "seed", "threads"]) {
    for (const value of name === "batchSize" ? [0, ...odd] : odd) {
      await assertRejects(
        () => fitModel(model, { x, y }, { optimizer, loss, batchSize: 4, [name]: value }),
        InputError,
        `Cannot train: ${name} is ${value}, it must be an integer of `,
      );
    }
  }
});

Deno.test("fitModel() compares no labels each with each, and takes no class for a pixel", async () => {
  const x = ndarray("float32", [4, 2], new Float32Array(8));
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [2] })] });
  const options = {
    optimizer: tf.train.sgd(0.1),
    loss: tf.losses.meanSquaredError,
    batchSize: 4,
  };
  const flat = ndarray("float32", [4], new Float32Array(4));
  await assertRejects(
    () => fitModel(model, { x, y: flat }, options),
    InputError,
    "are [4], its predictions [4,1], the same shape is needed",
  );
  const bytes = ndarray("uint8", [4, 1], new Uint8Array(4));
  await assertRejects(
    () => fitModel(model, { x, y: bytes }, options),
    InputError,
    "are uint8 [4,1], which stand for pixels, float32 or int32 is needed",
  );
});
