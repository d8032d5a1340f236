import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { Random } from "../../lib/array/random.ts";
import {
  type Classification,
  classification,
  type ClassificationOptions,
} from "./classification.ts";
import { convEncoder } from "./conv.ts";
import { initializeWeights } from "./initialize.ts";
import { type ImageShape, normalizeBatch } from "./mlp.ts";

/** Options for {@linkcode buildHead}. */
export interface HeadOptions extends ClassificationOptions {
  /** Units of the dense layers before the last one. */
  hidden: readonly number[];
  /** The share of the features that a training step drops before each dense layer. */
  dropout: number;
  /** Normalize hidden layers over the batch. */
  batchNormalization: boolean;
  /** Of the initial weights and of dropout. */
  seed: number;
}

/** Options for {@linkcode buildCnn}. */
export interface CnnOptions extends HeadOptions {
  /** Of the convolutions of stride 2. */
  filters: readonly number[];
}

/** A network that classifies features, `[batch, …]`. */
export interface Head extends Classification {
  readonly networks: { readonly head: tfl.LayersModel };
  /** `[batch, …]` to `[batch, classes]`. */
  probabilities(features: tf.Tensor): tf.Tensor;
}

/** A convolutional network that classifies images. */
export interface Cnn extends Classification {
  readonly networks: { readonly features: tfl.LayersModel; readonly head: tfl.LayersModel };
  /** `[batch, height, width, channels]` to `[batch, classes]`. */
  probabilities(images: tf.Tensor): tf.Tensor;
  /** The features, of maps the mean of each over the image, `[batch, features]`. */
  pooled(images: tf.Tensor): tf.Tensor;
  /** Where the network looks for the predicted class: in [0, 1], `[batch, height, width, 1]`. */
  gradCam(images: tf.Tensor): tf.Tensor;
}

/** Builds a classifier of images: convolutions of stride 2, then dense layers. */
export function buildCnn(imageShape: ImageShape, options: CnnOptions): Cnn {
  const { filters, batchNormalization, seed } = options;
  const features = convEncoder(imageShape, { name: "features", filters, batchNormalization });
  const random = new Random(seed, "weights");
  initializeWeights(features, random);
  return buildOnFeatures(features, { ...options, random });
}

/**
 * Builds a classifier of images on a network of features that has its weights already.
 *
 * @param options `random` draws the weights of the dense layers.
 */
export function buildOnFeatures(
  features: tfl.LayersModel,
  { random, ...options }: HeadOptions & { random: Random },
): Cnn {
  const head = headOf(features.outputs[0].shape.slice(1) as number[], options);
  initializeWeights(head, random);
  const mapsOf = (images: tf.Tensor, training = false) =>
    features.apply(images, { training }) as tf.Tensor;
  const logitsOf = (maps: tf.Tensor, training = false) =>
    head.apply(maps, { training }) as tf.Tensor2D;
  const networks = { features, head };
  return {
    networks,
    ...classification(
      networks,
      ({ images }, training) => logitsOf(mapsOf(images, training), training),
      options,
    ),
    probabilities: (images) => tf.softmax(logitsOf(mapsOf(images))),
    pooled(images) {
      const maps = mapsOf(images);
      return maps.rank === 4 ? tf.mean(maps, [1, 2]) : maps;
    },
    gradCam: (images) => gradCam(images, { maps: mapsOf(images), logitsOf }),
  };
}

/** Builds a classifier of features that are normalized over the batch first. */
export function buildHead(featureShape: readonly number[], options: HeadOptions): Head {
  const head = headOf(featureShape, { ...options, normalizeInput: true });
  initializeWeights(head, new Random(options.seed, "weights"));
  const logitsOf = (features: tf.Tensor, training = false) =>
    head.apply(features, { training }) as tf.Tensor2D;
  return {
    networks: { head },
    ...classification(
      { head },
      ({ features }, training) => logitsOf(features, training),
      options,
    ),
    probabilities: (features) => tf.softmax(logitsOf(features)),
  };
}

function headOf(
  featureShape: readonly number[],
  { hidden, dropout, batchNormalization, classWeights, seed, normalizeInput = false }:
    & HeadOptions
    & { normalizeInput?: boolean },
): tfl.LayersModel {
  const input = tfl.input({ shape: [...featureShape], name: "maps" });
  let x = input;
  const apply = (layer: tfl.layers.Layer) => x = layer.apply(x) as tfl.SymbolicTensor;
  if (featureShape.length > 1) apply(tfl.layers.flatten({ name: "head_flatten" }));
  if (normalizeInput) x = normalizeBatch(x, "head_normalization");
  const drop = (i: number) => {
    // Latents are few, and each tells something of its own.
    if (dropout > 0 && !(normalizeInput && i === 1)) {
      apply(tfl.layers.dropout({ rate: dropout, seed: seed + i, name: `head_dropout_${i}` }));
    }
  };
  hidden.forEach((units, i) => {
    drop(i + 1);
    const name = `head_dense_${i + 1}`;
    // The normalization subtracts any bias again.
    apply(tfl.layers.dense({ units, useBias: !batchNormalization, name }));
    if (batchNormalization) x = normalizeBatch(x, `head_normalization_${i + 1}`);
    apply(tfl.layers.reLU({ name: `head_relu_${i + 1}` }));
  });
  drop(hidden.length + 1);
  apply(tfl.layers.dense({ units: classWeights.length, name: "head_logits" }));
  return tfl.model({ inputs: input, outputs: x, name: "head" });
}

/**
 * Gradient-weighted class activation maps (Selvaraju et al., "Grad-CAM", 2017, equations 1 and 2) of
 * the predicted class, enlarged to the images and divided by their greatest value:
 *
 *     weight_k = mean over places of d logit / d map_k        relu(sum over k of weight_k map_k)
 */
function gradCam(
  images: tf.Tensor,
  { maps, logitsOf }: { maps: tf.Tensor; logitsOf: (maps: tf.Tensor) => tf.Tensor2D },
): tf.Tensor {
  const [, height, width] = images.shape;
  const best = (maps: tf.Tensor) => tf.sum(tf.max(logitsOf(maps), 1)) as tf.Scalar;
  const weights = tf.mean(tf.grad(best)(maps), [1, 2], true);
  const small = tf.relu(tf.sum(tf.mul(maps, weights), 3, true)) as tf.Tensor4D;
  const heat = tf.image.resizeBilinear(small, [height!, width!], false, true);
  return tf.div(heat, tf.add(tf.max(heat, [1, 2, 3], true), 1e-6));
}
