import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { sizeOf } from "../../lib/array/ndarray.ts";
import type { Random } from "../../lib/array/random.ts";

/**
 * Sets every kernel and bias to uniform random numbers within 1/sqrt(fanIn), PyTorch's default for
 * dense layers and convolutions. The initializers of TensorFlow.js do not all use their seed. The
 * weights of batch normalization keep their ones and zeros.
 */
export function initializeWeights(network: LayersModel, random: Random): void {
  for (const layer of network.layers) {
    if (!layer.weights.some(({ originalName }) => originalName.endsWith("kernel"))) continue;
    const weights = layer.getWeights();
    const isTransposed = layer.getClassName() === "Conv2DTranspose";
    const limit = 1 / Math.sqrt(fanIn(weights[0].shape, isTransposed));
    const values = weights.map(({ shape, size }) => {
      const data = new Float32Array(size);
      for (let i = 0; i < size; i++) data[i] = (2 * random.uniform() - 1) * limit;
      return tf.tensor(data, shape);
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

/** The numbers that one output is a sum over: all axes of a kernel but that of the outputs. */
function fanIn(kernel: readonly number[], isTransposed: boolean): number {
  const outputs = kernel[kernel.length - (isTransposed ? 2 : 1)];
  return sizeOf(kernel) / outputs;
}
