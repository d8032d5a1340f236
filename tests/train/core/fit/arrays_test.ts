import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { splitRows } from "../../../../train/core/fit/arrays.ts";
import { fitModel } from "../../../../train/core/loop/fit_model.ts";
import { besideFit, blobs, classifier } from "./beside_fit.ts";

Deno.test("fitModel() trains on tensors and smaller last batches as model.fit() does", async () => {
  for (const [count, batchSize] of [[22, 8], [17, 16], [9, 32], [16, 8]]) {
    const { x, oneHot: y } = blobs(count);
    await besideFit(classifier, { x, y }, {
      compile: () => ({ optimizer: tf.train.adam(0.05), loss: "categoricalCrossentropy" }),
      fit: { batchSize, epochs: 3 },
    });
  }
});

Deno.test("fitModel() validates with the last part of the examples as model.fit() does", async () => {
  const { x, oneHot: y } = blobs();
  for (const validationSplit of [0.1, 0.5, 0.33]) {
    await besideFit(classifier, { x, y }, {
      compile: () => ({ optimizer: "sgd", loss: "meanSquaredError" }),
      fit: { validationSplit },
    });
  }
});

Deno.test("fitModel() takes one axis, booleans and arrays in order as tensors", async () => {
  const { x, classes } = blobs();
  const isFirst = tf.equal(classes, 0);
  const losses = async (
    y: tf.Tensor | readonly tf.Tensor[],
    given: tf.Tensor | readonly tf.Tensor[],
  ) => {
    const model = classifier(1, "sigmoid");
    model.setWeights(weights);
    return await fitModel(model, { x: given, y }, {
      optimizer: tf.train.sgd(0.1),
      loss: "binaryCrossentropy",
      epochs: 2,
    });
  };
  const weights = classifier(1, "sigmoid").getWeights();
  const expected = await losses(tf.cast(isFirst, "float32"), x);
  assertEquals(await losses(tf.reshape(tf.cast(isFirst, "float32"), [-1]), x), expected);
  assertEquals(await losses(isFirst, [x]), expected);
  await assertRejects(
    () => losses(isFirst, [x, x]),
    InputError,
    "2 arrays are given for its inputs",
  );
  await assertRejects(
    () => losses(tf.tensor1d(["a", "b"]), x),
    InputError,
    "Cannot train: a tensor [2] is string, float32, int32 or bool is needed",
  );
});

Deno.test("fitModel() leaves what fills no batch out with dropRemainder", async () => {
  const { x, oneHot: y } = blobs(22);
  const options = { optimizer: "sgd", loss: "meanSquaredError", batchSize: 8 } as const;
  assertEquals((await fitModel(classifier(), { x, y }, options)).length, 3);
  assertEquals(
    (await fitModel(classifier(), { x, y }, { ...options, dropRemainder: true })).length,
    2,
  );
});

Deno.test("splitRows() takes what model.fit() takes, generated", () => {
  for (let count = 2; count < 40; count++) {
    const examples = {
      x: ndarray("int32", [count], Int32Array.from({ length: count }, (_, i) => i)),
    };
    const part = ((count * 7) % 19 + 0.5) / 20;
    const end = Math.floor(count * (1 - part));
    if (end === 0) {
      assertThrows(
        () => splitRows(examples, part),
        InputError,
        `validationSplit is ${part} of ${count}`,
      );
      continue;
    }
    const { training, validation } = splitRows(examples, part);
    assertEquals([...training.x.data, ...validation.x.data], [...examples.x.data]);
    assertEquals(training.x.shape, [end]);
    assert(validation.x.shape[0] > 0);
  }
  const examples = { x: ndarray("int32", [4], new Int32Array(4)) };
  for (const part of [0, 1, -0.5, 2, NaN]) {
    assertThrows(
      () => splitRows(examples, part),
      InputError,
      `validationSplit is ${part} of 4 examples`,
    );
  }
  assertAlmostEquals(splitRows(examples, 0.25).validation.x.shape[0], 1);
});
