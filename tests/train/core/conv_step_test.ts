import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { Random } from "../../../lib/array/random.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { recordFunction, stateOf } from "../../../train/record/record_function.ts";
import { readVariables } from "../../../train/record/variables.ts";
import { emitGraph, record } from "../../../train/record/mod.ts";
import { relativeError } from "./step_case.ts";
import "../seeded_weights.ts";

await useBackend("cpu");

const IMAGE_SHAPE = [12, 10, 1] as const;

/** Convolutions, batch normalization and max pooling down, transposed convolutions back up. */
function buildNet(): tfl.Sequential {
  const seed = (() => {
    let next = 1;
    return () => ({ kernelInitializer: tfl.initializers.glorotUniform({ seed: next++ }) });
  })();
  const same = { kernelSize: 3, padding: "same" } as const;
  return tfl.sequential({
    layers: [
      // Batch normalization takes a bias away again: its gradient would be rounding alone.
      tfl.layers.conv2d({
        ...{ ...seed(), ...same, filters: 4, useBias: false },
        inputShape: [...IMAGE_SHAPE],
      }),
      tfl.layers.batchNormalization({}),
      tfl.layers.activation({ activation: "relu" }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ ...seed(), ...same, filters: 9, strides: 2, activation: "relu" }),
      tfl.layers.batchNormalization({}),
      tfl.layers.maxPooling2d({ poolSize: 3, strides: 1, padding: "same" }),
      tfl.layers.conv2d({ ...seed(), ...same, filters: 10, activation: "elu" }),
      tfl.layers.conv2dTranspose({ ...seed(), ...same, filters: 6, strides: 2 }),
      tfl.layers.activation({ activation: "relu" }),
      tfl.layers.cropping2D({ cropping: [[0, 0], [0, 1]] }),
      tfl.layers.conv2dTranspose({ ...seed(), ...same, filters: 1, strides: 2 }),
    ],
  });
}

type Step = (images: tf.Tensor) => Record<string, tf.Tensor>;

/** A step that gives the loss, how well it restores the images, and the gradient of each weight. */
function stepOf(net: tfl.Sequential): Step {
  const trainable = net.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return (images) => {
    const { value, grads } = tf.variableGrads(() => {
      const restored = net.apply(images, { training: true }) as tf.Tensor;
      return tf.mean(tf.squaredDifference(restored, images)) as tf.Scalar;
    }, trainable);
    const gradients = trainable.map(({ name }) => [`gradient/${name}`, grads[name]]);
    return { loss: value, ...Object.fromEntries(gradients) };
  };
}

function drawImages(batchSize: number): NdArray<"float32"> {
  const shape = [batchSize, ...IMAGE_SHAPE];
  return ndarray("float32", shape, new Random(2, "images").normals(tf.util.sizeFromShape(shape)));
}

/** What a step gives and what the variables are after it, eagerly; the variables stay changed. */
async function runEagerly(net: tfl.Sequential, images: NdArray<"float32">) {
  const results = stepOf(net)(tf.tensor(images.data, [...images.shape]));
  const values: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(results)) {
    values[name] = await tensor.data() as Float32Array;
  }
  for (
    const [name, variable] of Object.entries(
      stateOf(net.weights.map((each) => each.read() as tf.Variable)),
    )
  ) {
    values[`new/${name}`] = await variable.data() as Float32Array;
  }
  return values;
}

Deno.test("a recorded step of a convolutional net gives eager's gradients and statistics", async () => {
  const net = buildNet();
  const state = stateOf(net.weights.map((weight) => weight.read() as tf.Variable));
  const step = stepOf(net);
  const images = drawImages(5);
  const graph = emitGraph(
    recordFunction(({ images }) => step(images), { state, inputs: { images } }),
  );
  const before = await readVariables(state);
  const session = await createSession({ graph, opset: 17 }, { threads: 1 });
  const recorded = await session.run({ ...before, images });
  await session.release();

  const expected = await runEagerly(net, images);
  assertEquals(Object.keys(recorded).sort(), Object.keys(expected).sort());
  for (const [name, values] of Object.entries(expected)) {
    const error = relativeError(recorded[name].data as Float32Array, values);
    assert(error <= 1e-5, `${name} is off by ${error} of its norm`);
  }
  const moved = Object.keys(state).filter((name) => name.includes("moving"));
  assertEquals(moved.length, 4);
  for (const name of moved) {
    assert(relativeError(expected[`new/${name}`], before[name].data as Float32Array) > 1e-3);
  }
});

Deno.test("a recorded convolutional net transposes its images once, and stores filters as it reads them", () => {
  const net = buildNet();
  const parameters = Object.fromEntries(
    net.weights.map((weight) => [weight.name, weight.read() as tf.Variable]),
  );
  const recording = record(
    ({ images }) => ({
      y: tf.mean(net.apply(images, { training: true }) as tf.Tensor),
    }),
    { images: { shape: [8, ...IMAGE_SHAPE] } },
    { parameters },
  );
  const { nodes, initializers } = emitGraph(recording);
  const transposed = nodes.flatMap(({ opType, inputs }) =>
    opType === "Transpose" ? [inputs[0]] : []
  );
  assertEquals(transposed, ["images"]);
  const filters = net.weights.filter(({ name }) => name.endsWith("kernel"));
  for (const { name, shape: [height, width, ...channels] } of filters) {
    const expected = [...channels.reverse(), height, width] as number[];
    assertEquals(initializers.get(name)!.shape, expected);
  }
});

Deno.test("a recorded convolutional net takes any batch size", async () => {
  const net = buildNet();
  const parameters = Object.fromEntries(
    net.weights.map((weight) => [weight.name, weight.read() as tf.Variable]),
  );
  const recordAt = (batchSize: number) =>
    record(({ images }) => ({ y: net.apply(images) as tf.Tensor }), {
      images: { shape: [batchSize, ...IMAGE_SHAPE] },
    }, { parameters });
  const graph = emitGraph(recordAt(7), { others: [recordAt(11)] });
  const session = await createSession({ graph, opset: 17 });
  for (const batchSize of [1, 3]) {
    const images = drawImages(batchSize);
    const { y } = await session.run({ images });
    const expected = net.apply(tf.tensor(images.data, [...images.shape])) as tf.Tensor;
    assertEquals(y.shape, expected.shape);
    const error = relativeError(y.data as Float32Array, expected.dataSync());
    assert(error <= 1e-5, `images are off by ${error} of their norm`);
  }
  await session.release();
});
