import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { Random } from "../../../../lib/array/random.ts";
import type { FitCallback } from "../../../../train/core/fit/callbacks.ts";
import { fitModel, type FitModelOptions } from "../../../../train/core/loop/fit_model.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import "../../seeded_weights.ts";

await useBackend("cpu");

/** Examples of {@linkcode blobs}; the last batch is smaller. */
export const COUNT = 22;

/** Points of three classes that lie apart, with their numbers and one-hot labels. */
export function blobs(count = COUNT) {
  const random = new Random(4, "blobs");
  const classes = Int32Array.from({ length: count }, () => random.integer(3));
  const x = random.normals(count * 4).map((value, i) =>
    value + (i % 4 === classes[i >> 2] ? 1.5 : 0)
  );
  const labels = tf.tensor1d(classes, "int32");
  return {
    x: tf.tensor2d(x, [count, 4]),
    classes: tf.tensor2d(Float32Array.from(classes), [count, 1]),
    oneHot: tf.cast(tf.oneHot(labels, 3), "float32") as tf.Tensor2D,
  };
}

/** A classifier of {@linkcode blobs}. */
export function classifier(units = 3, activation: "softmax" | "sigmoid" = "softmax") {
  return tfl.sequential({
    layers: [
      tfl.layers.dense({ units: 5, activation: "tanh", inputShape: [4] }),
      tfl.layers.dense({ units, activation }),
    ],
  });
}

/** What both trainings are told. */
interface Options {
  /** Called for each, as an optimizer has a state. */
  compile: () => tfl.ModelCompileArgs;
  fit?: tfl.ModelFitArgs;
  /** What TensorFlow.js does not take, or names otherwise. */
  ours?: FitModelOptions;
}

/** Trains a model by its own `fit()` and by fitModel(), in order, and compares all that they log. */
export async function besideFit(
  build: () => tfl.LayersModel,
  { x, y }: { x: tf.Tensor; y: tf.Tensor },
  { compile, fit = {}, ours = {} }: Options,
): Promise<Record<string, number[]>> {
  const [theirs, recorded] = [build(), build()];
  recorded.setWeights(theirs.getWeights());
  theirs.compile(compile());
  const common = { epochs: 2, batchSize: 8, shuffle: false, ...fit };
  const expected = (await theirs.fit(x, y, { verbose: 0, ...common })).history as Record<
    string,
    number[]
  >;
  const history = new tfl.History();
  const { callbacks = [], verbose: _, ...others } = common;
  await fitModel(recorded, { x, y }, {
    ...compile() as FitModelOptions,
    ...others as FitModelOptions,
    ...ours,
    callbacks: [history, ...[callbacks].flat() as FitCallback[]],
  });
  const actual = history.history as Record<string, number[]>;
  assertEquals(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, values] of Object.entries(expected)) {
    assertEquals(actual[name].length, values.length, name);
    values.forEach((value, epoch) => {
      const error = Math.abs(actual[name][epoch] - value);
      assert(
        error <= 1e-5 * Math.max(1, Math.abs(value)),
        `${name} of epoch ${epoch}: ${actual[name][epoch]} instead of ${value}`,
      );
    });
  }
  return actual;
}
