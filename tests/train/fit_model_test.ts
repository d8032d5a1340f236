import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../lib/input_error.ts";
import { type NdArray, ndarray } from "../../lib/ndarray.ts";
import { Random } from "../../lib/random.ts";
import { useBackend } from "../../train/backends.ts";
import { fitModel, layersStep, trainSteps } from "../../train/fit_model.ts";
import { curveError, relativeError } from "./step_case.ts";

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

/** The loss of each step on TensorFlow.js, over the batches that trainSteps() takes. */
async function trainEagerly(
  model: tfl.LayersModel,
  { x, y }: ReturnType<typeof examples>,
  { optimizer, epochs, learningRate }: {
    optimizer: tf.Optimizer;
    epochs: number;
    learningRate?: (step: number) => number;
  },
): Promise<Float32Array> {
  const order = new Random(0, "order");
  const losses: number[] = [];
  const [allX, allY] = [tf.tensor(x.data, [...x.shape]), tf.tensor(y.data, [...y.shape])];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const permutation = Int32Array.from(order.permutation(COUNT));
    for (let start = 0; start + BATCH <= COUNT; start += BATCH) {
      if (learningRate !== undefined) {
        (optimizer as unknown as { learningRate: number }).learningRate = learningRate(
          losses.length,
        );
      }
      const indices = tf.tensor1d(permutation.subarray(start, start + BATCH), "int32");
      const loss = layersStep(model, {
        x: tf.gather(allX, indices),
        y: tf.gather(allY, indices),
        optimizer,
        loss: crossEntropy,
      });
      losses.push((await loss.data())[0]);
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
      assert(error <= 1e-4, `weight ${i} changed otherwise, by ${error} of the change`);
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
}

Deno.test("fitModel() follows a learning rate schedule without recording anew", async () => {
  const { shape, build } = NETS.MLP;
  const data = examples(shape);
  const [eager, recorded] = [build(), build()];
  recorded.setWeights(eager.getWeights());
  const learningRate = (step: number) => 0.02 / (1 + step);
  const optimizer = tf.train.adam(0.5);
  const expected = await trainEagerly(eager, data, {
    epochs: 4,
    optimizer: tf.train.adam(0.5),
    learningRate,
  });
  const actual = await fitModel(recorded, data, {
    epochs: 4,
    batchSize: BATCH,
    loss: crossEntropy,
    optimizer,
    learningRate,
  });
  assert(curveError(actual, expected) <= 1e-4);
  assertEquals((optimizer as unknown as { learningRate: number }).learningRate, 0.5);
});

Deno.test("trainSteps() trains two models with two optimizers in one step, as a GAN does", async () => {
  const random = new Random(5, "gan");
  const build = () => ({
    generator: tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [2], units: 4 })] }),
    critic: tfl.sequential({
      layers: [
        tfl.layers.dense({ inputShape: [4], units: 5, activation: "tanh" }),
        tfl.layers.dense({ units: 1 }),
      ],
    }),
    optimizers: [tf.train.sgd(0.05), tf.train.adam(0.03)] as const,
  });
  const trainable = (model: tfl.LayersModel) =>
    model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const stepOf =
    ({ generator, critic, optimizers }: ReturnType<typeof build>) =>
    ({ real, noise }: Record<string, tf.Tensor>) => {
      const judge = (x: tf.Tensor) => critic.apply(x) as tf.Tensor;
      const fake = () => generator.apply(noise) as tf.Tensor;
      const criticLoss = optimizers[0].minimize(
        () => tf.mean(tf.add(tf.softplus(tf.neg(judge(real))), tf.softplus(judge(fake())))),
        true,
        trainable(critic),
      )!;
      const generatorLoss = optimizers[1].minimize(
        () => tf.mean(tf.softplus(tf.neg(judge(fake())))),
        true,
        trainable(generator),
      )!;
      return { criticLoss, generatorLoss };
    };
  const data = {
    real: ndarray("float32", [COUNT, 4], random.normals(COUNT * 4)),
    noise: ndarray("float32", [COUNT, 2], random.normals(COUNT * 2)),
  };
  const [eager, recorded] = [build(), build()];
  recorded.generator.setWeights(eager.generator.getWeights());
  recorded.critic.setWeights(eager.critic.getWeights());

  const order = new Random(0, "order").permutation(COUNT);
  const step = stepOf(eager);
  const expected = { criticLoss: [] as number[], generatorLoss: [] as number[] };
  for (let start = 0; start < COUNT; start += BATCH) {
    const indices = tf.tensor1d(Int32Array.from(order.subarray(start, start + BATCH)), "int32");
    const losses = step({
      real: tf.gather(tf.tensor2d(data.real.data, [COUNT, 4]), indices),
      noise: tf.gather(tf.tensor2d(data.noise.data, [COUNT, 2]), indices),
    });
    expected.criticLoss.push((await losses.criticLoss.data())[0]);
    expected.generatorLoss.push((await losses.generatorLoss.data())[0]);
  }
  const actual = await trainSteps(stepOf(recorded), data, { batchSize: BATCH });
  for (const name of ["criticLoss", "generatorLoss"] as const) {
    assert(curveError(actual[name], Float32Array.from(expected[name])) <= 1e-5, name);
  }
  const [weights] = await weightsOf(recorded.generator);
  assert(relativeError(weights, (await weightsOf(eager.generator))[0]) <= 1e-5);
});

Deno.test("trainSteps() throws if a step changes nothing", async () => {
  const data = { x: ndarray("float32", [4, 1], new Float32Array(4)) };
  await assertRejects(
    () => trainSteps(({ x }) => ({ loss: tf.mean(x) }), data, { batchSize: 2 }),
    Error,
    "Cannot record step: it changes no variable, so nothing would be trained",
  );
});

Deno.test("trainSteps() throws if the arrays have different numbers of rows, or too few", async () => {
  const data = {
    x: ndarray("float32", [4, 1], new Float32Array(4)),
    y: ndarray("float32", [3, 1], new Float32Array(3)),
  };
  const step = () => ({ loss: tf.scalar(0) as tf.Scalar });
  await assertRejects(() => trainSteps(step, data), InputError, '"x" has 4 rows and "y" 3');
  await assertRejects(
    () => trainSteps(step, { x: data.x }, { batchSize: 5 }),
    InputError,
    "there are 4 examples, a batch of 5 needs at least as many",
  );
});
