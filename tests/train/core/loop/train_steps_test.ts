import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../../lib/input_error.ts";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { trainSteps } from "../../../../train/core/loop/train_steps.ts";
import { curveError, relativeError } from "../step_case.ts";
import "../../seeded_weights.ts";

await useBackend("cpu");

const BATCH = 8;
const COUNT = 40;

async function weightsOf(model: tfl.LayersModel): Promise<Float32Array[]> {
  return await Promise.all(
    model.getWeights().map(async (weight) => (await weight.data() as Float32Array).slice()),
  );
}

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
      const logits = (x: tf.Tensor) => critic.apply(x) as tf.Tensor;
      const fake = () => generator.apply(noise) as tf.Tensor;
      const criticLoss = optimizers[0].minimize(
        () => tf.mean(tf.add(tf.softplus(tf.neg(logits(real))), tf.softplus(logits(fake())))),
        true,
        trainable(critic),
      )!;
      const generatorLoss = optimizers[1].minimize(
        () => tf.mean(tf.softplus(tf.neg(logits(fake())))),
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

  const order = new Random(0, "order 1").permutation(COUNT);
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

/** A step that adds the mean of its examples to a variable, and gives what it was before. */
function counter(initial = 0) {
  const total = tf.variable(tf.scalar(initial));
  const step = ({ x }: Record<string, tf.Tensor>) => {
    const before = tf.clone(total) as tf.Scalar;
    total.assign(tf.add(total, tf.mean(x)));
    return { before };
  };
  return { total, step };
}

const numbers = (count: number) =>
  ndarray("float32", [count, 1], Float32Array.from({ length: count }, (_, i) => 2 ** i));

Deno.test("trainSteps() takes the examples in order without shuffle, and leaves a last part out", async () => {
  const { total, step } = counter();
  const { before } = await trainSteps(step, { x: numbers(7) }, {
    batchSize: 2,
    epochs: 2,
    shuffle: false,
  });
  assertEquals([...before], [0, 1.5, 7.5, 31.5, 33, 39]);
  assertEquals([...await total.data()], [63]);
});

Deno.test("trainSteps() shuffles by the seed, each epoch anew", async () => {
  const run = async (seed: number) => {
    const { before } = await trainSteps(counter().step, { x: numbers(8) }, {
      batchSize: 1,
      epochs: 2,
      seed,
    });
    return [...before, 510].map((value, i, all) => value - (all[i - 1] ?? 0)).slice(1);
  };
  const order = await run(3);
  assertEquals(order.slice(0, 8).sort((a, b) => a - b), [...numbers(8).data]);
  assertNotEquals(order.slice(0, 8), order.slice(8));
  assertEquals(await run(3), order);
  assertNotEquals(await run(4), order);
});

Deno.test("trainSteps() gives onEpochEnd the means of an epoch, with the variables up to date", async () => {
  const { total, step } = counter();
  const seen: unknown[] = [];
  await trainSteps(step, { x: numbers(4) }, {
    batchSize: 2,
    epochs: 2,
    shuffle: false,
    onEpochEnd: async (epoch, { before }) => {
      seen.push([epoch, before, (await total.data())[0]]);
    },
  });
  assertEquals(seen, [[0, 0.75, 7.5], [1, 8.25, 15]]);
});

Deno.test("trainSteps() ends when onEpochEnd gives false, or throws", async () => {
  const { total, step } = counter();
  const { before } = await trainSteps(step, { x: numbers(4) }, {
    batchSize: 2,
    epochs: 9,
    onEpochEnd: (epoch) => epoch < 2,
  });
  assertEquals(before.length, 6);
  assertEquals([...await total.data()], [22.5]);
  const onEpochEnd = () => {
    throw new Error("enough");
  };
  await assertRejects(
    () => trainSteps(step, { x: numbers(4) }, { batchSize: 2, epochs: 9, onEpochEnd }),
    Error,
    "enough",
  );
  assertEquals([...await total.data()], [30]);
});

Deno.test("trainSteps() validates on every example, those of the last part included", async () => {
  const { total, step } = counter(1);
  const validation = {
    examples: { z: numbers(5) },
    losses: ({ z }: Record<string, tf.Tensor>) => ({
      product: tf.mean(tf.mul(z, total)) as tf.Scalar,
      rows: tf.scalar(z.shape[0]),
    }),
  };
  const seen: Record<string, number>[] = [];
  await trainSteps(step, { x: numbers(4) }, {
    batchSize: 2,
    epochs: 2,
    validation,
    onEpochEnd: (_, losses) => void seen.push(losses),
  });
  // Batches of 2, 2 and 1 example: the mean is by the example, not by the batch.
  for (const [epoch, total] of [8.5, 16].entries()) {
    assertAlmostEquals(seen[epoch].valProduct, 6.2 * total, 1e-4);
    assertAlmostEquals(seen[epoch].valRows, 1.8, 1e-6);
  }
});

Deno.test("trainSteps() throws if what validates changes a variable", async () => {
  const { step } = counter();
  const examples = { x: numbers(4) };
  await assertRejects(
    () => trainSteps(step, examples, { batchSize: 2, validation: { examples, losses: step } }),
    InputError,
    "Cannot validate: the losses change variable",
  );
});

Deno.test("trainSteps() draws tf.dropout anew in each step, by the seed", async () => {
  const data = { x: ndarray("float32", [4, 40], new Float32Array(160).fill(1)) };
  const run = async (seed: number) => {
    const sink = tf.variable(tf.scalar(0));
    const { kept } = await trainSteps(
      ({ x }) => {
        sink.assign(tf.add(sink, 1));
        // Which elements are kept, as a number that tells the masks apart.
        const mask = tf.notEqual(tf.dropout(x, 0.5), 0);
        const places = tf.pow(1.5, tf.range(0, 40));
        return { kept: tf.sum(tf.mul(tf.cast(mask, "float32"), places)) as tf.Scalar };
      },
      data,
      { batchSize: 4, epochs: 50, seed, threads: 2 },
    );
    return [...kept];
  };
  const masks = await run(0);
  assertEquals(new Set(masks).size, 50);
  assertEquals(await run(0), masks);
  assertEquals((await run(1)).filter((mask) => masks.includes(mask)), []);
});

Deno.test("trainSteps() throws if a step draws on the host, and leaves the variables alone", async () => {
  const { total, step } = counter(5);
  await assertRejects(
    () =>
      trainSteps(({ x }) => step({ x: tf.add(x, tf.randomNormal([2, 1])) }), { x: numbers(4) }, {
        batchSize: 2,
      }),
    InputError,
    "Cannot record tf.randomNormal: ",
  );
  assertEquals([...await total.data()], [5]);
});

Deno.test("trainSteps() leaves the variables alone if the step fails when it is first recorded", async () => {
  const { total, step } = counter(5);
  await assertRejects(
    () =>
      trainSteps(
        (batch) => {
          step(batch);
          throw new Error("no step");
        },
        { x: numbers(4) },
        { batchSize: 2 },
      ),
    Error,
    "no step",
  );
  assertEquals([...await total.data()], [5]);
});

Deno.test("trainSteps() draws the first weights of layers that the step itself builds", async () => {
  const layer = tfl.layers.dense({ units: 30, kernelInitializer: "randomNormal" });
  const optimizer = tf.train.sgd(0.01);
  const step = ({ x }: Record<string, tf.Tensor>) => {
    layer.apply(x);
    return {
      loss: optimizer.minimize(() => tf.mean(tf.square(layer.apply(x) as tf.Tensor)), true)!,
    };
  };
  await trainSteps(step, { x: numbers(4) }, { batchSize: 2 });
  const [kernel] = layer.getWeights();
  assertEquals(new Set(await kernel.data()).size, 30);
});
