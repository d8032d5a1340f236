import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { cases, type LayerCase } from "./case.ts";

const { layers } = tfl;

const ACTIVATIONS = [
  "elu",
  "gelu",
  "gelu_new",
  "hardSigmoid",
  "linear",
  "mish",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "softmax",
  "softplus",
  "softsign",
  "swish",
  "tanh",
] as const;

/** A layer of a user: the sum of x and its mean over the features. */
class AddMean extends layers.Layer {
  static readonly className = "AddMean";

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    return tf.tidy(() => tf.add(x, tf.mean(x, -1, true)));
  }
}

/** Layers that are no family of their own. */
export const core: readonly LayerCase[] = [
  ...cases([6], [
    ["Layer", () => new AddMean()],
    ["input", () => layers.dense({ units: 2 })],
    ["inputLayer", () =>
      tfl.sequential({
        layers: [layers.inputLayer({ inputShape: [6] }), layers.activation({ activation: "tanh" })],
      })],
    ["dense", () => layers.dense({ units: 5, activation: "relu" })],
    ["dense", () => layers.dense({ units: 5, useBias: false }), "without bias"],
    ["repeatVector", () => layers.repeatVector({ n: 3 })],
    ["reshape", () => layers.reshape({ targetShape: [3, 2] })],
    ["reshape", () => layers.reshape({ targetShape: [-1, 3] }), "inferred"],
    ["elu", () => layers.elu()],
    ["leakyReLU", () => layers.leakyReLU({ alpha: 0.2 })],
    ["prelu", () => layers.prelu()],
    ["reLU", () => layers.reLU({ maxValue: 0.5 })],
    ["softmax", () => layers.softmax()],
    ["thresholdedReLU", () => layers.thresholdedReLU({ theta: 0.3 })],
    ["dropout", () => layers.dropout({ rate: 0.5 })],
    ["alphaDropout", () => layers.alphaDropout({ rate: 0.5 })],
    ["gaussianDropout", () => layers.gaussianDropout({ rate: 0.5 })],
    ["gaussianNoise", () => layers.gaussianNoise({ stddev: 1 })],
    ...ACTIVATIONS.map((activation) =>
      ["activation", () => layers.activation({ activation }), activation] as const
    ),
  ]),
  ...cases([5, 4], [
    ["dense", () => layers.dense({ units: 3 }), "of a sequence"],
    ["flatten", () => layers.flatten()],
    ["permute", () => layers.permute({ dims: [2, 1] })],
    ["spatialDropout1d", () => layers.spatialDropout1d({ rate: 0.5 })],
    ["masking", () => layers.masking({ maskValue: 0 })],
    ["timeDistributed", () => layers.timeDistributed({ layer: layers.dense({ units: 3 }) })],
  ]),
  ...cases([4, 4, 3], [
    ["prelu", () => layers.prelu({ sharedAxes: [1, 2] }), "shared along axes"],
    ["flatten", () => layers.flatten({ dataFormat: "channelsFirst" }), "channels first"],
  ]),
  ...cases([7], [
    ["embedding", () => layers.embedding({ inputDim: 20, outputDim: 4, inputLength: 7 })],
    ["embedding", () =>
      tfl.sequential({
        layers: [
          layers.embedding({ inputDim: 4, outputDim: 3, inputLength: 7, maskZero: true }),
          layers.simpleRNN({ units: 2, returnSequences: true }),
        ],
      }), "with a mask"],
  ]),
];
