import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { type ClassWeight, rowWeights } from "../../../../train/core/fit/weights.ts";
import { fitModel } from "../../../../train/core/loop/fit_model.ts";
import { besideFit, blobs, classifier } from "./beside_fit.ts";

Deno.test("fitModel() weighs classes as model.fit() does, by numbers and by one-hot labels", async () => {
  const { x, oneHot, classes } = blobs();
  const classWeight = { 0: 0.5, 1: 3, 2: 0 };
  await besideFit(classifier, { x, y: oneHot }, {
    compile: () => ({ optimizer: "adam", loss: "categoricalCrossentropy" }),
    fit: { classWeight },
  });
  await besideFit(classifier, { x, y: classes }, {
    compile: () => ({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" }),
    fit: { classWeight: [classWeight] },
  });
});

Deno.test("fitModel() with a sample weight of 2 trains as with the sample twice", async () => {
  const { x, oneHot: y } = blobs(8);
  const weights = [2, 1, 0, 1, 1, 0, 2, 1];
  const rows = weights.flatMap((count, i) => Array(count).fill(i));
  const [weighted, repeated] = [classifier(), classifier()];
  repeated.setWeights(weighted.getWeights());
  const options = { loss: "categoricalCrossentropy", shuffle: false, batchSize: 8, epochs: 5 };
  const sampleWeight = tf.tensor1d(weights);
  const first = await fitModel(weighted, { x, y, sampleWeight }, {
    ...options,
    optimizer: tf.train.sgd(0.1),
  });
  const second = await fitModel(repeated, { x: tf.gather(x, rows), y: tf.gather(y, rows) }, {
    ...options,
    optimizer: tf.train.sgd(0.1),
  });
  first.forEach((loss, i) => assertAlmostEquals(loss, second[i], 1e-5));
});

Deno.test("fitModel() weighs validation by its own sample weights, and by no class weights", async () => {
  const { x, oneHot: y } = blobs(8);
  const model = classifier();
  const losses: number[] = [];
  const fit = (sampleWeight: number[] | undefined, classWeight?: ClassWeight) =>
    fitModel(model, { x, y }, {
      optimizer: tf.train.sgd(0),
      loss: "categoricalCrossentropy",
      classWeight: classWeight!,
      validationData: sampleWeight === undefined
        ? [x, y]
        : { x, y, sampleWeight: ndarray("float32", [8], Float32Array.from(sampleWeight)) },
      onEpochEnd: (_, { valLoss }) => void losses.push(valLoss),
    });
  await fit(undefined);
  await fit(Array(8).fill(3));
  await fit(undefined, { 0: 9, 1: 9, 2: 9 });
  assertAlmostEquals(losses[1], 3 * losses[0], 1e-5);
  assertAlmostEquals(losses[2], losses[0], 1e-6);
});

Deno.test("rowWeights() multiplies weights of samples and classes, by output", () => {
  const labels = {
    a: ndarray("int32", [3], Int32Array.of(1, 0, 1)),
    b: ndarray("float32", [3, 2], Float32Array.of(0, 1, 1, 0, 0, 1)),
    c: ndarray("float32", [3, 1], new Float32Array(3)),
  };
  const found = rowWeights(labels, {
    sampleWeight: { a: ndarray("float32", [3], Float32Array.of(1, 2, 3)) },
    classWeight: { a: { 0: 10, 1: 5 }, b: { 0: 1, 1: 4 } },
    outputNames: ["a", "b", "c"],
  });
  assertEquals(Object.keys(found), ["a", "b"]);
  assertEquals([...found.a.data], [5, 20, 15]);
  assertEquals([...found.b.data], [4, 1, 4]);
});

Deno.test("rowWeights() says which weight is missing or of another shape", () => {
  const labels = { a: ndarray("int32", [2], Int32Array.of(1, 2)) };
  const deep = { a: ndarray("float32", [2, 3, 4], new Float32Array(24)) };
  const check = (
    given: Record<string, unknown>,
    message: string,
    { of = labels as typeof labels | typeof deep, outputNames = ["a"] } = {},
  ) =>
    assertThrows(
      () => rowWeights(of, { sampleWeight: {}, classWeight: undefined, outputNames, ...given }),
      InputError,
      `Cannot train: ${message}`,
    );
  check({ classWeight: { 1: 2 } }, 'classWeight has undefined for class 2 of output "a"');
  check({ classWeight: { 1: 2, 2: NaN } }, 'classWeight has NaN for class 2 of output "a"');
  check({ classWeight: { b: { 1: 1 } } }, 'classWeight has no output "b" to weigh');
  check({ classWeight: { 1: 1 } }, "classWeight has no names of outputs", {
    outputNames: ["a", "b"],
  });
  check(
    { classWeight: { 0: 1 } },
    'classWeight is given for output "a", whose labels are [2,3,4]',
    {
      of: deep,
    },
  );
  const three = ndarray("float32", [3], new Float32Array(3));
  check(
    { sampleWeight: { a: three } },
    'the sample weights of output "a" are float32 [3], float32 [2]',
  );
});

Deno.test("fitModel() needs a loss of each row where rows have weights", async () => {
  const { x, oneHot: y } = blobs(8);
  const error = await assertRejects(
    () =>
      fitModel(classifier(), { x, y }, {
        optimizer: "sgd",
        loss: tf.losses.meanSquaredError,
        classWeight: { 0: 1, 1: 1, 2: 1 },
        batchSize: 4,
      }),
    InputError,
    "Cannot train: the loss gives [] for 4 rows, a number for each row is needed",
  );
  assert(!error.message.endsWith("."));
});
