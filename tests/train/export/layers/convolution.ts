import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { cases, type LayerCase } from "./case.ts";

const { layers } = tfl;

/** Gives a layer a tensor: inside of a model it gets a list of one, which it cannot resize. */
const applyResizing: LayerCase["apply"] = (layer, [x]) => layer.apply(x) as tf.Tensor;

/** Convolutions, and what changes the size of images. */
export const convolution: readonly LayerCase[] = [
  ...cases([9, 3], [
    ["conv1d", () => layers.conv1d({ filters: 4, kernelSize: 3 })],
    [
      "conv1d",
      () => layers.conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
      "same, stride 2",
    ],
    ["conv1d", () => layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2 }), "dilated"],
  ]),
  ...cases([8, 7, 3], [
    ["conv2d", () => layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" })],
    [
      "conv2d",
      () => layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1], padding: "same" }),
      "same, strides 2 and 1",
    ],
    ["conv2d", () => layers.conv2d({ filters: 4, kernelSize: 3, dilationRate: 2 }), "dilated"],
    [
      "conv2d",
      () => layers.conv2d({ filters: 4, kernelSize: 1, useBias: false, activation: "tanh" }),
      "1 by 1 without bias",
    ],
    ["conv2dTranspose", () => layers.conv2dTranspose({ filters: 4, kernelSize: 3 })],
    [
      "conv2dTranspose",
      () => layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
      "same, stride 2",
    ],
    ["depthwiseConv2d", () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })],
    [
      "depthwiseConv2d",
      () => layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: "same" }),
      "same, stride 2",
    ],
    [
      "separableConv2d",
      () => layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2 }),
    ],
    ["cropping2D", () => layers.cropping2D({ cropping: [[1, 2], [0, 1]] })],
    ["zeroPadding2d", () => layers.zeroPadding2d({ padding: [[1, 2], [0, 3]] })],
    ["upSampling2d", () => layers.upSampling2d({ size: [2, 3] })],
    [
      "upSampling2d",
      () => layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" }),
      "bilinear",
    ],
    ["centerCrop", () => layers.centerCrop({ height: 4, width: 5 })],
    ["centerCrop", () => layers.centerCrop({ height: 10, width: 9 }), "larger than the image"],
  ]),
  ...cases([3, 8, 7], [
    [
      "conv2d",
      () => layers.conv2d({ filters: 4, kernelSize: 3, dataFormat: "channelsFirst" }),
      "channels first",
    ],
  ]),
  ...cases([5, 6, 4, 2], [
    ["conv3d", () => layers.conv3d({ filters: 3, kernelSize: 2, padding: "same" })],
    ["conv3d", () => layers.conv3d({ filters: 3, kernelSize: 2, strides: 2 }), "stride 2"],
    ["conv3dTranspose", () => layers.conv3dTranspose({ filters: 3, kernelSize: 2, strides: 2 })],
  ]),
  {
    layer: "resizing",
    inputs: [[8, 7, 3]],
    build: () => layers.resizing({ height: 5, width: 11 }),
    apply: applyResizing,
  },
  {
    layer: "resizing",
    about: "nearest",
    inputs: [[8, 7, 3]],
    build: () => layers.resizing({ height: 5, width: 11, interpolation: "nearest" }),
    apply: applyResizing,
  },
];
