import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { Random } from "../../lib/array/random.ts";
import { adam } from "../core/optimizers.ts";
import { type Losses, minimize, type Step } from "../core/step.ts";
import { convEncoder } from "./conv.ts";
import { initializeWeights } from "./initialize.ts";
import type { ImageShape } from "./mlp.ts";
import { trainableVariables } from "../core/variables.ts";

/** Options for {@linkcode buildCnn}. */
export interface CnnOptions {
  /** Of the convolutions of stride 2. */
  filters: readonly number[];
  /** The weight of each class in the loss, `[classes]`. */
  classWeights: readonly number[];
  /** The share of the features that a training step drops. */
  dropout: number;
  /** Weight of the sum of the squared kernels in the loss. */
  l2: number;
  /** Of the initial weights and of dropout. */
  seed: number;
}

/** A convolutional network that classifies images. */
export interface Cnn {
  readonly networks: { readonly features: tfl.LayersModel; readonly head: tfl.LayersModel };
  /** `[batch, height, width, channels]` to `[batch, classes]`. */
  probabilities(images: tf.Tensor): tf.Tensor;
  /** The mean of each feature over the image, `[batch, filters]`. */
  pooled(images: tf.Tensor): tf.Tensor;
  /** Where the network looks for the predicted class: in [0, 1], `[batch, height, width, 1]`. */
  gradCam(images: tf.Tensor): tf.Tensor;
  /** Of `images` and `labels`, an index of a class per image; without dropout. */
  readonly losses: Step;
  /** Of `images`, `labels` and the scalar `learningRate`. */
  readonly step: Step;
  /** Frees the state of the optimizer. */
  dispose(): void;
}

/** Builds a classifier of images: convolutions of stride 2, dropout and one dense layer. */
export function buildCnn(
  imageShape: ImageShape,
  { filters, classWeights, dropout, l2, seed }: CnnOptions,
): Cnn {
  const classes = classWeights.length;
  const features = convEncoder(imageShape, { name: "features", filters });
  const maps = tfl.input({ shape: features.outputs[0].shape.slice(1), name: "maps" });
  const layers = [
    tfl.layers.flatten({ name: "head_flatten" }),
    tfl.layers.dropout({ rate: dropout, seed, name: "head_dropout" }),
    tfl.layers.dense({ units: classes, name: "head_logits" }),
  ];
  const outputs = layers.reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, maps);
  const head = tfl.model({ inputs: maps, outputs, name: "head" });
  const random = new Random(seed, "weights");
  initializeWeights(features, random);
  initializeWeights(head, random);
  const variables = trainableVariables({ features, head });
  const kernels = variables.filter(({ shape }) => shape.length > 1);
  const optimizer = adam(variables);

  const mapsOf = (images: tf.Tensor) => features.apply(images) as tf.Tensor4D;
  const logitsOf = (maps: tf.Tensor, training = false) =>
    head.apply(maps, { training }) as tf.Tensor2D;
  const losses = ({ images, labels }: Parameters<Step>[0], training: boolean): Losses & {
    loss: tf.Scalar;
  } => {
    const logits = logitsOf(mapsOf(images), training);
    const target = tf.oneHot(tf.cast(labels, "int32") as tf.Tensor1D, classes, 1, 0, "float32");
    const logLikelihood = tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1);
    const weights = tf.sum(tf.mul(target, tf.tensor1d([...classWeights])), 1);
    const crossEntropy = tf.mean(tf.neg(tf.mul(weights, logLikelihood))) as tf.Scalar;
    const penalty = kernels.map((kernel) => tf.mul(tf.sum(tf.square(kernel)), l2));
    const predicted = tf.cast(tf.argMax(logits, 1), "float32");
    const correct = tf.cast(tf.equal(predicted, tf.cast(labels, "float32")), "float32");
    return {
      loss: (l2 === 0 ? crossEntropy : tf.addN([crossEntropy, ...penalty])) as tf.Scalar,
      accuracy: tf.mean(correct) as tf.Scalar,
    };
  };
  return {
    networks: { features, head },
    probabilities: (images) => tf.softmax(logitsOf(mapsOf(images))),
    pooled: (images) => tf.mean(mapsOf(images), [1, 2]),
    gradCam(images) {
      const [, height, width] = images.shape;
      const maps = mapsOf(images);
      const best = (maps: tf.Tensor) => tf.sum(tf.max(logitsOf(maps), 1)) as tf.Scalar;
      const weights = tf.mean(tf.grad(best)(maps), [1, 2], true);
      const small = tf.relu(tf.sum(tf.mul(maps, weights), 3, true)) as tf.Tensor4D;
      const heat = tf.image.resizeBilinear(small, [height!, width!]);
      return tf.div(heat, tf.add(tf.max(heat, [1, 2, 3], true), 1e-6));
    },
    losses: (batch) => losses(batch, false),
    step: (batch) => minimize(optimizer, batch.learningRate, () => losses(batch, true)),
    dispose: () => optimizer.dispose(),
  };
}
