import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { slice } from "../../../lib/array/rows.ts";
import { optionDefaults } from "../../../lib/command/flags.ts";
import * as record from "../../../train/record/mod.ts";
import * as train from "../../../train/mod.ts";
import type { Images, LabelledImages } from "../../../lib/data/mod.ts";
import { labelsInTurn, tinyArrays } from "../../train/tiny_files.ts";
import { type Case, hold, type Odd } from "./odd.ts";

const IMAGES = ndarray("uint8", [40, 4, 4, 1], tinyArrays(40).images.data as Uint8Array) as Images;
const LABELLED: LabelledImages = { images: IMAGES, labels: Int32Array.from(labelsInTurn(40)) };
const X = ndarray("float32", [12, 3], Float32Array.from({ length: 36 }, (_, i) => i % 7 / 7));

/** Rows that the steps here can take, of which there may be few. */
const rowsOf = (odd: Odd) => slice(X, 0, odd.pick([12, 12, 12, 1, 0]));

/** Frees the variables that a case makes; the cpu backend is active in it. */
async function onCpu<T>(use: () => T | Promise<T>): Promise<T> {
  await train.useBackend("cpu");
  const before = new Set(Object.values(tf.engine().registeredVariables));
  try {
    return await use();
  } finally {
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      if (!before.has(variable)) variable.dispose();
    }
  }
}

/** A step that fits x by a matrix. */
function linear(odd: Odd): train.Step {
  const weights = tf.variable(tf.ones([3, 1]));
  const optimizer = train.adam([weights], {
    beta1: odd.number(0.9),
    beta2: odd.number(0.999),
    epsilon: odd.number(1e-8),
  });
  return ({ x, rate }) =>
    train.minimize(optimizer, rate ?? tf.scalar(0.01), () =>
      ({
        loss: tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, weights as unknown as tf.Tensor2D))),
      }) as never);
}

const engineOf = (odd: Odd) => odd.name(odd.pick(["onnx", "tfjs"] as const));
const loopOptions = (odd: Odd) => ({
  epochs: odd.times(1),
  batchSize: odd.count(4),
  seed: odd.times(0),
  shuffle: odd.flag(),
  threads: odd.count(1),
});

/** A random value of an option of a system, in its range or not. */
function optionsOf(odd: Odd, table: train.System["options"]): Record<string, unknown> {
  const values = optionDefaults(table) as Record<string, unknown>;
  for (const [name, spec] of Object.entries(table)) {
    const { kind } = spec;
    if (odd.random.integer(4) > 0) continue;
    if (kind === "integer") values[name] = odd.times(2);
    else if (kind === "number") values[name] = odd.number(0.5);
    else if (kind === "choice") values[name] = odd.name(String(spec.choices[0]));
  }
  return { ...values, ...QUICK };
}

/** Little work. */
const QUICK = {
  effort: 0.001,
  epochs: 1,
  clusterEpochs: 0,
  hidden: [4],
  filters: [2],
  labelSamples: 0,
};

export const trainCases: Record<string, Case> = {
  adam: (odd) => onCpu(() => linear(odd)({ x: tf.tensor(X.data, [12, 3]) }).loss.dataSync()),
  minimize: (odd) => onCpu(() => linear(odd)({ x: tf.ones([2, 3]) }).loss.dataSync()),
  train: (odd) =>
    onCpu(() =>
      train.train(linear(odd), {
        examples: { x: rowsOf(odd) },
        scalars: { rate: () => odd.number(0.01) },
      }, {
        ...loopOptions(odd),
        engine: engineOf(odd),
        epochsBefore: odd.times(0),
      })
    ),
  trainSteps: (odd) =>
    onCpu(() => train.trainSteps(linear(odd), { x: rowsOf(odd) }, loopOptions(odd))),
  exportTraining: (odd) =>
    onCpu(() =>
      train.exportTraining(linear(odd), { examples: { x: rowsOf(odd) } }, undefined, {
        batchSize: odd.times(4),
        seed: odd.times(0),
      }).then(({ opset }) => opset)
    ),
  trainingInputs: (odd) =>
    train.trainingInputs({ examples: { x: rowsOf(odd) } }, {
      batchSize: odd.times(4),
      seed: odd.times(0),
      steps: odd.times(2),
      epoch: odd.times(1),
    }),
  fitModel: async (odd) => {
    const tfl = await import("@tensorflow/tfjs-layers");
    const y = ndarray("float32", [12, 1], new Float32Array(12));
    return await onCpu(() => {
      const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [3] })] });
      return train.fitModel(model, { x: odd.array(X), y: odd.array(y) }, {
        ...loopOptions(odd),
        optimizer: tf.train.sgd(0.1),
        loss: tf.losses.meanSquaredError as never,
      });
    });
  },
  async trainSystem(odd) {
    const name = odd.pick(Object.keys(train.SYSTEMS)) as train.SystemName;
    const system = train.SYSTEMS[name] as unknown as train.System;
    const data = { train: LABELLED, labelled: LABELLED, validation: LABELLED, test: LABELLED };
    const unlabelled = system.needs === "images";
    const trained = await onCpu(() =>
      train.trainSystem(
        system,
        (unlabelled || system.needs === "few-labels"
          ? {
            ...data,
            train: IMAGES,
            validation: IMAGES,
            labelSamples: [],
            ...unlabelled && { test: IMAGES },
          }
          : data) as never,
        {
          options: optionsOf(odd, system.options) as never,
          batchSize: odd.optional(odd.count(8)),
          seed: odd.times(0),
          // Its convolutions take minutes in TensorFlow.js's JavaScript.
          engine: name === "few-labels" ? "onnx" : engineOf(odd),
          maxParams: odd.optional(odd.number(1e6)),
          session: { threads: odd.count(1) },
        },
      )
    );
    return [trained.history, trained.metrics.classification?.accuracy];
  },
  defineSystem: () => train.defineSystem(train.SYSTEMS.vae),
  earlyStopping: (odd) =>
    onCpu(async () => {
      const stopping = train.earlyStopping({ w: tf.variable(tf.ones([2])) }, {
        patience: odd.times(2),
        monitor: odd.optional(odd.name("loss"))!,
      });
      await stopping({ epoch: 1, phase: "train", loss: 1 });
      return stopping.isDone?.();
    }),
  bernoulliLoss: (odd) =>
    onCpu(() =>
      train.bernoulliLoss(tf.tensor([[odd.pick([0, 1, -90, 90])]]), tf.tensor([[1]])).dataSync()
    ),
  gaussianLoss: (odd) =>
    onCpu(() =>
      train.gaussianLoss(tf.tensor([[0.3]]), tf.tensor([[1]]), {
        standardDeviation: odd.number(0.1),
      }).dataSync()
    ),
  klDivergence: (odd) =>
    onCpu(() =>
      train.klDivergence(tf.tensor2d([[odd.pick([0, 9])]]), tf.tensor2d([[0.5]])).dataSync()
    ),
  SCHEDULES: (odd) =>
    odd.pick(Object.values(train.SCHEDULES))(odd.pick([0, 1, 9]), {
      steps: odd.times(10),
      learningRate: odd.number(0.01),
    }),
  useBackend: (odd) => train.useBackend(odd.name("cpu"), { threads: odd.count(1) }),
  exportFunction: (odd) =>
    onCpu(() =>
      train.exportFunction(({ x }) => ({ y: tf.mul(x, 2) }), {
        inputs: { x: { shape: odd.pick([[null, 3], [2, 3]]), range: odd.pick([[0, 1], [1, 0]]) } },
        opsetVersion: odd.optional(odd.count(17)),
        tolerance: odd.number(1e-4),
        verify: odd.flag(),
        batchName: odd.name("batch"),
      }).then(({ difference }) => difference)
    ),
  exportOnnx: (odd) =>
    onCpu(() =>
      train.exportOnnx(({ x }) => tf.add(x, 1), undefined, {
        inputs: { x: { shape: [null, 3] } },
        inputNames: odd.optional(odd.pick([["x"], ["a", "b"], [""]]))!,
        outputNames: odd.optional(odd.pick([["y"], ["y", "y"], []]))!,
        opsetVersion: odd.optional(odd.count(17)),
        samples: odd.pick([{}, { x: odd.array(X) }]),
      }).then(({ difference }) => difference)
    ),
  record: (odd) =>
    train.record(({ x }) => ({ y: tf.relu(x) }), { x: { shape: odd.list([2, 3]) } }, {
      seed: odd.times(0),
    }),
  recordStep: (odd) =>
    onCpu(() =>
      train.recordStep(linear(odd) as never, {
        inputs: { x: { shape: odd.pick([[2, 3], [1, 3], [NaN, 3], [-1, 3], [0.5, 3]]) } },
      })
    ),
  emitGraph: (odd) =>
    train.emitGraph(train.record(({ x }) => ({ y: tf.relu(x) }), { x: { shape: [2] } }), {
      name: odd.name("graph"),
      maxConstantBytes: odd.number(1024),
    }),
  originOf: () => {
    const { outputs } = train.record(({ x }) => ({ y: tf.relu(x) }), { x: { shape: [2] } });
    return record.originOf(outputs.y);
  },
  recordedKernels: () =>
    record.recordedKernels(train.record(({ x }) => ({ y: tf.relu(x) }), { x: { shape: [2] } }))
      .length,
  dropout: (odd) =>
    onCpu(() =>
      record.dropout(tf.ones([3]), { seed: odd.times(1), rate: odd.number(0.5) }).dataSync()
    ),
  randomNormal: (odd) =>
    onCpu(() =>
      record.randomNormal(odd.list([2]), { seed: odd.times(1), stddev: odd.number(1) }).dataSync()
    ),
  randomUniform: (odd) =>
    onCpu(() =>
      record.randomUniform(odd.list([2]), { seed: odd.times(1), high: odd.number(1) }).dataSync()
    ),
  truncatedNormal: (odd) =>
    onCpu(() =>
      record.truncatedNormal(odd.list([2]), { seed: odd.times(1), stddev: odd.number(1) })
        .dataSync()
    ),
  recordingBackend: () => hold(record.recordingBackend !== undefined, "there is none"),
};
