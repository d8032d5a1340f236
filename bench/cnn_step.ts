import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { layersTraining } from "./layers_step.ts";
import { COUNT, type StepBench } from "./step_bench.ts";

const CLASSES = 10;

/**
 * A training step of two classifiers of 28x28 images at batch 128 (forward, gradients, Adam) beside
 * PyTorch, tfjs-node-gpu where it is set up, and TensorFlow.js's `cpu` backend: one of convolutions
 * and max pooling, and one of depthwise-separable convolutions and average pooling.
 */
export const CLASSIFIER_STEPS: readonly StepBench[] = Object.entries({
  plain: buildPlain,
  separable: buildSeparable,
}).map(([net, build]) => ({
  title: `one step of a ${net} classifier, batch 128`,
  build: () => layersTraining(build(), crossEntropy, oneHotLabels()),
  peer: ["cnn_step.py", net],
  steps: 8,
  tfjsNode: `cnn-step ${net}`,
  tfjs: { cpu: 1 },
}));

function crossEntropy(labels: tf.Tensor, probabilities: tf.Tensor): tf.Tensor {
  return tfl.metrics.categoricalCrossentropy(labels, probabilities);
}

function oneHotLabels(): NdArray<"float32"> {
  const random = new Random(2, "bench labels");
  const labels = new Float32Array(COUNT * CLASSES);
  for (let row = 0; row < COUNT; row++) labels[row * CLASSES + random.integer(CLASSES)] = 1;
  return ndarray("float32", [COUNT, CLASSES], labels);
}

/** 28 -> 26 -> 13 -> 11 -> 5: the second pooling leaves a row and a column out. */
function buildPlain(): tfl.LayersModel {
  const convolution = { kernelSize: 3, activation: "relu" } as const;
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ ...convolution, filters: 16, inputShape: [28, 28, 1] }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ ...convolution, filters: 32 }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      ...head(),
    ],
  });
}

function buildSeparable(): tfl.LayersModel {
  const convolution = { kernelSize: 3, activation: "relu", padding: "same" } as const;
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ ...convolution, filters: 16, strides: 2, inputShape: [28, 28, 1] }),
      tfl.layers.separableConv2d({ ...convolution, filters: 32 }),
      tfl.layers.averagePooling2d({ poolSize: 2 }),
      tfl.layers.separableConv2d({ ...convolution, filters: 64 }),
      tfl.layers.averagePooling2d({ poolSize: 2 }),
      ...head(),
    ],
  });
}

function head(): tfl.layers.Layer[] {
  return [
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 64, activation: "relu" }),
    tfl.layers.dense({ units: CLASSES, activation: "softmax" }),
  ];
}
