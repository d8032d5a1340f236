import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../../lib/input_error.ts";
import { fitModel, type FitModelOptions } from "../../../../train/core/loop/fit_model.ts";
import { besideFit, blobs, classifier } from "./beside_fit.ts";

/** Every loss that TensorFlow.js has by name. */
const LOSSES = [
  "meanSquaredError",
  "meanAbsoluteError",
  "meanAbsolutePercentageError",
  "meanSquaredLogarithmicError",
  "squaredHinge",
  "hinge",
  "categoricalHinge",
  "logcosh",
  "categoricalCrossentropy",
  "sparseCategoricalCrossentropy",
  "binaryCrossentropy",
  "kullbackLeiblerDivergence",
  "poisson",
  "cosineProximity",
];

Deno.test("fitModel() takes every name of a loss, as model.fit() does", async () => {
  const { x, oneHot, classes } = blobs();
  for (const loss of LOSSES) {
    const y = loss.startsWith("sparse") ? classes : oneHot;
    await besideFit(classifier, { x, y }, { compile: () => ({ optimizer: "sgd", loss }) });
  }
});

Deno.test("fitModel() takes every name of an optimizer, as model.fit() does", async () => {
  const { x, oneHot: y } = blobs();
  for (const optimizer of ["Adagrad", "adadelta", "adam", "Adamax", "rmsprop", "SGD"]) {
    await besideFit(classifier, { x, y }, {
      compile: () => ({ optimizer, loss: "categoricalCrossentropy" }),
    });
  }
});

Deno.test("fitModel() takes names of metrics and functions, and logs them as model.fit() does", async () => {
  const { x, oneHot, classes } = blobs();
  const compile = (loss: string, metrics: tfl.ModelCompileArgs["metrics"]) => () => ({
    optimizer: "sgd",
    loss,
    metrics: metrics!,
  });
  const fit = { validationSplit: 0.3 };
  const categorical = await besideFit(classifier, { x, y: oneHot }, {
    compile: compile("categoricalCrossentropy", [
      "accuracy",
      "ce",
      "mae",
      tfl.metrics.cosineProximity,
    ]),
    fit,
  });
  assertEquals(Object.keys(categorical).includes("val_acc"), true);
  await besideFit(classifier, { x, y: classes }, {
    compile: compile("sparseCategoricalCrossentropy", "acc"),
    fit,
  });
  const binary = tf.cast(tf.greater(classes, 1), "float32");
  await besideFit(() => classifier(1, "sigmoid"), { x, y: binary }, {
    compile: compile("binaryCrossentropy", ["accuracy", "precision", tfl.metrics.recall]),
    fit,
  });
});

Deno.test("fitModel() takes a loss and metrics for each output, as model.fit() does", async () => {
  const { x, oneHot, classes } = blobs();
  const build = () => {
    const input = tfl.input({ shape: [4] });
    const kind = tfl.layers.dense({ units: 3, activation: "softmax", name: "kind" }).apply(input);
    const size = tfl.layers.dense({ units: 1, name: "size" }).apply(input);
    return tfl.model({ inputs: input, outputs: [kind, size] as tfl.SymbolicTensor[] });
  };
  await besideFit(build, { x, y: [oneHot, classes] as never }, {
    compile: () => ({
      optimizer: tf.train.momentum(0.05, 0.9),
      loss: { kind: "categoricalCrossentropy", size: "meanSquaredError" },
      metrics: { kind: "accuracy", size: "mse" },
    }),
  });
});

Deno.test("fitModel() trains a compiled model without options", async () => {
  const { x, oneHot: y } = blobs();
  const model = classifier();
  model.compile({
    optimizer: tf.train.adam(0.05),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const names: string[] = [];
  const losses = await fitModel(model, { x, y }, {
    epochs: 10,
    onEpochEnd: (_, logs) => void names.push(...Object.keys(logs)),
  });
  assertEquals(new Set(names), new Set(["loss", "acc"]));
  assertEquals(losses.length, 10);
  // It stays compiled.
  const [loss] = model.evaluate(x, y) as tf.Scalar[];
  assertEquals((await loss.data())[0] < losses[0], true);
});

Deno.test("fitModel() says which name is none of TensorFlow.js, and what is missing", async () => {
  const { x, oneHot: y } = blobs();
  const [sgd, loss] = [tf.train.sgd(0.1), "meanSquaredError"];
  const faults: [FitModelOptions, string][] = [
    [{ optimizer: sgd, loss: "softmax" }, "Unknown loss softmax"],
    [{ optimizer: "lion", loss }, "Unknown Optimizer lion"],
    [{ optimizer: sgd, loss, metrics: ["f1"] }, "Unknown metric f1"],
    [{ optimizer: sgd }, "only an optimizer is given, `optimizer` and `loss` are needed"],
    [{ loss }, "only a loss is given, `optimizer` and `loss` are needed"],
    [{}, "it is not compiled, `optimizer` and `loss` are needed, or model.compile()"],
    [{ optimizer: sgd, loss: { label: loss } }, 'it has no output "label"'],
  ];
  for (const [options, message] of faults) {
    const model = classifier();
    await assertRejects(
      () => fitModel(model, { x, y }, options),
      InputError,
      `Cannot train model "${model.name}": ${message}`,
    );
  }
});
