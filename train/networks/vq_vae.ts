import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { Random } from "../../lib/array/random.ts";
import { createOptimizer, type OptimizerOptions } from "../core/optimizers.ts";
import { minimize, type Step } from "../core/step.ts";
import { convDecoder, convEncoder } from "./conv.ts";
import { initializeWeights } from "./initialize.ts";
import type { ImageShape } from "./mlp.ts";
import { trainableVariables } from "../core/variables.ts";
import { stopGradient } from "./stop_gradient.ts";

/** Options for {@linkcode buildVqVae}. */
export interface VqVaeOptions extends OptimizerOptions {
  /** Of the encoder's convolutions of stride 2; the decoder reverses them. */
  filters: readonly number[];
  /** After those of the encoder and before those of the decoder. */
  residualBlocks: number;
  /** Vectors of the codebook. */
  codes: number;
  /** Size of a vector. */
  codeDim: number;
  /** Weight of the squared distance of the encoder's vectors to their codes. */
  commitment: number;
  /** Of all pixels, by which the squared error is divided. */
  variance: number;
  /** Of the moving averages that the codebook holds. */
  decay: number;
  /** Of the initial weights and codes. */
  seed: number;
}

/** A vector-quantized autoencoder. */
export interface VqVae {
  readonly networks: { readonly encoder: LayersModel; readonly decoder: LayersModel };
  /** `[codes, codeDim]` */
  readonly codebook: tf.Variable;
  /** `images` to the encoder's vectors, `[batch, height', width', codeDim]`. */
  encode(images: tf.Tensor): tf.Tensor;
  /** The nearest code of each vector, `[batch, height', width']`, and its vector. */
  quantize(vectors: tf.Tensor): { codes: tf.Tensor; z: tf.Tensor };
  /** Vectors to pixels in [0, 1]. */
  decode(z: tf.Tensor): tf.Tensor;
  /** Of a batch of `images`, updating nothing. */
  readonly losses: Step;
  /** Of `images` and the scalar `learningRate`. */
  readonly step: Step;
}

/** The use of a code, as a share of the mean use, below which it begins anew. */
const UNUSED = 0.03;

/**
 * A vector-quantized autoencoder (van den Oord et al., "Neural Discrete Representation Learning",
 * 2017). The loss is the squared error, as a share of the pixels' variance, and the weighted commitment
 * loss. Its codebook holds moving averages of the vectors that chose each code (appendix A.1); unused
 * codes begin anew (Dhariwal et al., "Jukebox", 2020, section 3.1).
 */
export function buildVqVae(
  imageShape: ImageShape,
  { filters, residualBlocks, codes, codeDim, commitment, variance, decay, seed, ...training }:
    VqVaeOptions,
): VqVae {
  const encoder = convEncoder(imageShape, {
    name: "encoder",
    filters,
    residualBlocks,
    channels: codeDim,
  });
  const decoder = convDecoder(imageShape, {
    name: "decoder",
    filters: filters.toReversed().slice(1),
    residualBlocks,
    inputShape: encoder.outputs[0].shape.slice(1) as number[],
  });
  const random = new Random(seed, "weights");
  initializeWeights(encoder, random);
  initializeWeights(decoder, random);
  const initial = tf.tensor2d(
    new Random(seed, "codebook").normals(codes * codeDim).map((value) => 0.1 * value),
    [codes, codeDim],
  );
  const codebook = tf.variable(initial, false);
  const sums = tf.variable(initial, false);
  const counts = tf.tidy(() => tf.variable(tf.ones([codes]), false));
  initial.dispose();
  const optimizer = createOptimizer(trainableVariables({ encoder, decoder }), training);

  const encode = (images: tf.Tensor) => encoder.apply(images) as tf.Tensor;
  const decodeRaw = (z: tf.Tensor) => decoder.apply(z) as tf.Tensor;
  const decode = (z: tf.Tensor) => tf.clipByValue(decodeRaw(z), 0, 1);
  /** The nearest code of each vector `[n, codeDim]`. */
  const nearest = (vectors: tf.Tensor) => {
    // |v - c|^2 without |v|^2, which is the same for all codes.
    const products = tf.matMul(vectors as tf.Tensor2D, codebook as tf.Tensor2D, false, true);
    return tf.argMin(tf.sub(tf.sum(tf.square(codebook), 1), tf.mul(products, 2)), 1);
  };
  const oneHot = (found: tf.Tensor) =>
    tf.oneHot(found as tf.Tensor1D, codes, 1, 0, "float32") as tf.Tensor2D;
  const quantize = (vectors: tf.Tensor) => {
    const found = nearest(tf.reshape(vectors, [-1, codeDim]));
    return {
      codes: tf.reshape(found, vectors.shape.slice(0, -1)),
      z: tf.reshape(tf.matMul(oneHot(found), codebook as tf.Tensor2D), vectors.shape),
    };
  };
  const losses = ({ images }: Parameters<Step>[0]) => {
    const vectors = encode(images);
    const z = stopGradient(quantize(stopGradient(vectors)).z);
    // The straight-through estimator: the decoder's gradient reaches the vectors as if they were z.
    const straight = tf.add(vectors, stopGradient(tf.sub(z, vectors)));
    const squares = (a: tf.Tensor, b: tf.Tensor) =>
      tf.mean(tf.squaredDifference(a, b)) as tf.Scalar;
    // Not clipped, and no sigmoid: once dark images had saturated either, all were decoded black.
    const error = squares(decodeRaw(straight), images);
    const reconstructionLoss = tf.div(error, variance) as tf.Scalar;
    const commitmentLoss = squares(vectors, z);
    const loss = tf.add(reconstructionLoss, tf.mul(commitmentLoss, commitment)) as tf.Scalar;
    return { loss, reconstructionLoss, commitmentLoss };
  };
  const step: Step = (batch) => {
    // Before the weights change, so that a recorded step encodes once.
    const vectors = tf.reshape(encode(batch.images), [-1, codeDim]);
    const chosen = oneHot(nearest(vectors));
    const found = minimize(optimizer, batch.learningRate, () => losses(batch));
    const average = (variable: tf.Variable, value: tf.Tensor) =>
      variable.assign(tf.add(tf.mul(variable, decay), tf.mul(value, 1 - decay)));
    average(counts, tf.sum(chosen, 0));
    average(sums, tf.matMul(chosen, vectors as tf.Tensor2D, true));
    // Codes that hardly any vector chooses begin anew at vectors of the batch.
    const unused = tf.less(counts, tf.mul(tf.mean(counts), UNUSED));
    counts.assign(tf.where(unused, tf.onesLike(counts), counts));
    sums.assign(tf.where(tf.expandDims(unused, 1), spread(vectors as tf.Tensor2D, codes), sums));
    codebook.assign(tf.div(sums, tf.expandDims(tf.maximum(counts, 1e-5), 1)));
    return found;
  };
  return {
    networks: { encoder, decoder },
    codebook,
    encode,
    quantize,
    decode,
    losses,
    step,
  };
}

/** As many rows, at equal distances over all; repeated where there are fewer. */
function spread(rows: tf.Tensor2D, count: number): tf.Tensor2D {
  const [found, size] = rows.shape;
  if (found < count) return spread(tf.tile(rows, [Math.ceil(count / found), 1]), count);
  const stride = Math.floor(found / count);
  const groups = tf.reshape(tf.slice(rows, 0, count * stride), [count, stride, size]);
  return tf.reshape(tf.slice(groups, [0, 0, 0], [-1, 1, -1]), [count, size]);
}
