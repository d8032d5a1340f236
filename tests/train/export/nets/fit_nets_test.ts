import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { fitModel, layersStep } from "../../../../train/core/loop/fit_model.ts";
import { drawWeights } from "../exported.ts";
import { relativeError } from "../../core/step_case.ts";
import { CHOICES, NETS } from "./mod.ts";
import "../../seeded_weights.ts";

await useBackend("cpu");

async function weightsOf(model: LayersModel): Promise<Float32Array[]> {
  return await Promise.all(
    model.getWeights().map(async (weight) => (await weight.data() as Float32Array).slice()),
  );
}

/** Random arrays that fit what a model takes or gives: rows to choose for what is an index. */
function arraysFor(
  names: readonly string[],
  symbols: readonly { readonly shape: readonly (number | null)[] }[],
  { rows, isIndex }: { rows: number; isIndex: (name: string) => boolean },
): Record<string, NdArray<"float32"> | NdArray<"int32">> {
  const random = new Random(9, "arrays");
  return Object.fromEntries(names.map((name, i) => {
    const shape = symbols[i].shape.map((size) => size ?? rows);
    const length = shape.reduce((product, size) => product * size, 1);
    if (isIndex(name)) {
      const data = Int32Array.from({ length }, () => random.integer(CHOICES));
      return [name, ndarray("int32", shape, data)];
    }
    return [name, ndarray("float32", shape, random.normals(length))];
  }));
}

for (const [name, build] of Object.entries(NETS)) {
  Deno.test(`fitModel() changes every weight of a ${name} as TensorFlow.js does`, async () => {
    const rows = 6;
    const [eager, recorded] = [build(), build()];
    for (const model of [eager, recorded]) {
      if (!model.built) model.build(model.inputs.map(({ shape }) => shape));
      // What is dropped is drawn otherwise than by TensorFlow.js.
      for (const layer of model.layers) if ("rate" in layer) layer.rate = 0;
    }
    drawWeights(eager);
    recorded.setWeights(eager.getWeights());
    const isIndex = (name: string) => /words|user|item|embedding/.test(name);
    const x = arraysFor(eager.inputNames, eager.inputs, { rows, isIndex });
    const y = arraysFor(eager.outputNames, eager.outputs, { rows, isIndex: () => false });
    const before = await weightsOf(eager);
    const toTensors = (arrays: typeof x, names: readonly string[]) =>
      Object.fromEntries(
        Object.values(arrays).map(({ data, shape, dtype }, i) => [
          names[i],
          tf.tensor(data, [...shape], dtype),
        ]),
      );
    const loss = tf.losses.meanSquaredError;
    const expected = layersStep(eager, {
      x: toTensors(x, eager.inputNames),
      y: toTensors(y, eager.outputNames),
      optimizer: tf.train.sgd(0.1),
      loss,
    });
    const renamed = (arrays: typeof x, names: readonly string[]) =>
      Object.fromEntries(Object.values(arrays).map((array, i) => [names[i], array]));
    const [actual] = await fitModel(recorded, {
      x: renamed(x, recorded.inputNames),
      y: renamed(y, recorded.outputNames),
    }, { batchSize: rows, shuffle: false, optimizer: tf.train.sgd(0.1), loss });
    const [value] = await expected.loss.data();
    assert(Math.abs(actual - value) <= 1e-5 * value, `the loss is ${actual}, not ${value}`);
    const [expectedWeights, actualWeights] = [await weightsOf(eager), await weightsOf(recorded)];
    const changes = (weights: readonly Float32Array[]) =>
      weights.flatMap((weight, i) => Array.from(weight, (value, k) => value - before[i][k]));
    const error = relativeError(changes(actualWeights), changes(expectedWeights));
    assert(changes(expectedWeights).some((change) => change !== 0));
    assert(error <= 1e-5, `the weights changed otherwise, by ${error} of the change`);
  });
}
