import * as tfl from "@tensorflow/tfjs-layers";

const { layers } = tfl;

type Tensor = tfl.SymbolicTensor;

/** LeCun et al., "Gradient-based learning applied to document recognition" (1998), figure 2. */
export function leNet(): tfl.LayersModel {
  return tfl.sequential({
    name: "lenet",
    layers: [
      layers.conv2d({
        filters: 6,
        kernelSize: 5,
        padding: "same",
        activation: "tanh",
        inputShape: [28, 28, 1],
        name: "c1",
      }),
      layers.averagePooling2d({ poolSize: 2, name: "s2" }),
      layers.conv2d({ filters: 16, kernelSize: 5, activation: "tanh", name: "c3" }),
      layers.averagePooling2d({ poolSize: 2, name: "s4" }),
      layers.conv2d({ filters: 120, kernelSize: 5, activation: "tanh", name: "c5" }),
      layers.flatten(),
      layers.dense({ units: 84, activation: "tanh", name: "f6" }),
      layers.dense({ units: 10, activation: "softmax", name: "digit" }),
    ],
  });
}

/** Three blocks of Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks" (2018). */
export function mobileNet(): tfl.LayersModel {
  const input = tfl.input({ shape: [24, 24, 3], name: "image" });
  const first = layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" });
  let x = relu6(normalize(first.apply(input) as Tensor));
  for (const { filters, strides } of [{ filters: 8, strides: 1 }, { filters: 12, strides: 2 }]) {
    x = invertedResidual(x, filters, strides);
  }
  x = invertedResidual(x, 12, 1);
  x = layers.globalAveragePooling2d({}).apply(x) as Tensor;
  const outputs = layers.dense({ units: 5, activation: "softmax", name: "label" }).apply(x);
  return tfl.model({ inputs: input, outputs: outputs as Tensor, name: "mobilenet" });
}

function invertedResidual(x: Tensor, filters: number, strides: number): Tensor {
  const channels = x.shape.at(-1)!;
  const pointwise = (input: Tensor, filters: number) =>
    normalize(layers.conv2d({ filters, kernelSize: 1, useBias: false }).apply(input) as Tensor);
  const depthwise = layers.depthwiseConv2d({
    kernelSize: 3,
    strides,
    padding: "same",
    useBias: false,
  });
  const wide = relu6(pointwise(x, 4 * channels));
  const narrow = pointwise(relu6(normalize(depthwise.apply(wide) as Tensor)), filters);
  const isResidual = strides === 1 && channels === filters;
  return isResidual ? layers.add().apply([x, narrow]) as Tensor : narrow;
}

/** He et al., "Deep residual learning for image recognition" (2015), with two stages. */
export function resNet(): tfl.LayersModel {
  const input = tfl.input({ shape: [16, 16, 3], name: "image" });
  let x = relu(convolve(input, 8, 1));
  x = residual(x, 8, 1);
  x = residual(x, 16, 2);
  x = layers.globalAveragePooling2d({}).apply(x) as Tensor;
  const outputs = layers.dense({ units: 10, name: "logits" }).apply(x);
  return tfl.model({ inputs: input, outputs: outputs as Tensor, name: "resnet" });
}

function residual(x: Tensor, filters: number, strides: number): Tensor {
  const inner = convolve(relu(convolve(x, filters, strides)), filters, 1);
  const shortcut = strides === 1 ? x : convolve(x, filters, strides, 1);
  return relu(layers.add().apply([inner, shortcut]) as Tensor);
}

function convolve(x: Tensor, filters: number, strides: number, kernelSize = 3): Tensor {
  const layer = layers.conv2d({ filters, kernelSize, strides, padding: "same", useBias: false });
  return normalize(layer.apply(x) as Tensor);
}

/** Ronneberger et al., "U-Net" (2015), with two levels: an image's segments. */
export function uNet(): tfl.LayersModel {
  const input = tfl.input({ shape: [16, 16, 1], name: "image" });
  const fine = twice(input, 4);
  const middle = twice(layers.maxPooling2d({ poolSize: 2 }).apply(fine) as Tensor, 8);
  const coarse = twice(layers.maxPooling2d({ poolSize: 2 }).apply(middle) as Tensor, 16);
  const x = twice(upwards(twice(upwards(coarse, middle, 8), 8), fine, 4), 4);
  const outputs = layers.conv2d({
    filters: 2,
    kernelSize: 1,
    activation: "softmax",
    name: "segment",
  })
    .apply(x);
  return tfl.model({ inputs: input, outputs: outputs as Tensor, name: "unet" });
}

function twice(x: Tensor, filters: number): Tensor {
  const layer = () =>
    layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" });
  return layer().apply(layer().apply(x)) as Tensor;
}

function upwards(x: Tensor, skipped: Tensor, filters: number): Tensor {
  const layer = layers.conv2dTranspose({ filters, kernelSize: 2, strides: 2, padding: "same" });
  return layers.concatenate().apply([skipped, layer.apply(x) as Tensor]) as Tensor;
}

/** Two models in one: an encoder, and a decoder that gives the image back. */
export function autoencoder(): tfl.LayersModel {
  const encoder = tfl.sequential({
    name: "encoder",
    layers: [
      layers.flatten({ inputShape: [8, 8, 1] }),
      layers.dense({ units: 32, activation: "relu" }),
      layers.dense({ units: 3 }),
    ],
  });
  const decoder = tfl.sequential({
    name: "decoder",
    layers: [
      layers.dense({ units: 32, activation: "relu", inputShape: [3] }),
      layers.dense({ units: 64, activation: "sigmoid" }),
      layers.reshape({ targetShape: [8, 8, 1] }),
    ],
  });
  const input = tfl.input({ shape: [8, 8, 1], name: "image" });
  const code = encoder.apply(input) as Tensor;
  const outputs = [code, decoder.apply(code) as Tensor];
  return tfl.model({ inputs: input, outputs, name: "autoencoder" });
}

/** Radford et al., "Unsupervised representation learning with DCGANs" (2015): its generator. */
export function ganGenerator(): tfl.LayersModel {
  const upwards = (filters: number) =>
    layers.conv2dTranspose({
      filters,
      kernelSize: 5,
      strides: 2,
      padding: "same",
      useBias: false,
    });
  return tfl.sequential({
    name: "generator",
    layers: [
      layers.dense({ units: 4 * 4 * 16, useBias: false, inputShape: [10] }),
      layers.batchNormalization(),
      layers.leakyReLU(),
      layers.reshape({ targetShape: [4, 4, 16] }),
      upwards(8),
      layers.batchNormalization(),
      layers.leakyReLU(),
      layers.dropout({ rate: 0.3 }),
      upwards(1),
      layers.activation({ activation: "tanh", name: "image" }),
    ],
  });
}

function normalize(x: Tensor): Tensor {
  return layers.batchNormalization().apply(x) as Tensor;
}

function relu(x: Tensor): Tensor {
  return layers.reLU().apply(x) as Tensor;
}

function relu6(x: Tensor): Tensor {
  return layers.reLU({ maxValue: 6 }).apply(x) as Tensor;
}
