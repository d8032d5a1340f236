import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { layersTraining } from "./layers_step.ts";
import type { StepBench } from "./step_bench.ts";

/**
 * A training step of a convolutional autoencoder at batch 128 on 28x28 images (16, 32 and 64
 * channels, stride 2, batch normalization, transposed convolutions back; forward, gradients, Adam)
 * beside PyTorch, tfjs-node-gpu where it is set up, and TensorFlow.js's `cpu` backend. (Its `wasm`
 * backend has no gradient of a convolution's filter.)
 */
export const AUTOENCODER_STEP: StepBench = {
  title: "one step of a convolutional autoencoder, batch 128",
  build: () => layersTraining(build(), loss),
  peer: ["conv_step.py"],
  steps: 8,
  tfjsNode: "conv-step",
  tfjs: { cpu: 1 },
};

function build(): tfl.LayersModel {
  const layers: tfl.layers.Layer[] = [];
  const block = (layer: tfl.layers.Layer) =>
    layers.push(layer, tfl.layers.batchNormalization(), tfl.layers.reLU());
  const options = { kernelSize: 3, strides: 2, padding: "same", useBias: false } as const;
  block(tfl.layers.conv2d({ ...options, filters: 16, inputShape: [28, 28, 1] }));
  block(tfl.layers.conv2d({ ...options, filters: 32 }));
  block(tfl.layers.conv2d({ ...options, filters: 64, padding: "valid" }));
  block(tfl.layers.conv2dTranspose({ ...options, filters: 32, padding: "valid" }));
  block(tfl.layers.conv2dTranspose({ ...options, filters: 16 }));
  layers.push(tfl.layers.conv2dTranspose({ ...options, filters: 1, useBias: true }));
  return tfl.sequential({ layers });
}

const loss = (images: tf.Tensor, logits: tf.Tensor) =>
  tf.mean(tf.losses.sigmoidCrossEntropy(images, logits, undefined, undefined, tf.Reduction.NONE));
