import * as tfl from "@tensorflow/tfjs-layers";
import { type ImageShape, normalizeBatch } from "./mlp.ts";

/** Options for {@linkcode convEncoder}. */
export interface ConvEncoderOptions {
  /** Of the network and of its layers. */
  name: string;
  /** The filters of each convolution of stride 2. */
  filters: readonly number[];
  /** Residual blocks after the convolutions of stride 2, see {@linkcode residualStack}. @default {0} */
  residualBlocks?: number;
  /** A convolution of size 1 without activation at the end. @default {none} */
  channels?: number;
  /** A dense layer without activation at the end. @default {none} */
  units?: number;
  /** The slope of leaky ReLU below 0; ReLU at 0. @default {0} */
  slope?: number;
  /** Normalize every convolution but a last one of size 1 over the batch. @default {false} */
  batchNormalization?: boolean;
}

/** Options for {@linkcode convDecoder}. */
export interface ConvDecoderOptions {
  /** Of the network and of its layers. */
  name: string;
  /** The filters of each transposed convolution of stride 2 before the last one. */
  filters: readonly number[];
  /** The shape of the input: a vector, or a map as {@linkcode convEncoder} gives it. */
  inputShape: readonly number[];
  /** Residual blocks before the transposed convolutions, see {@linkcode residualStack}. @default {0} */
  residualBlocks?: number;
  /** The slope of leaky ReLU below 0; ReLU at 0. @default {0} */
  slope?: number;
  /** Normalize every hidden layer over the batch. @default {false} */
  batchNormalization?: boolean;
}

/** Filters of the maps that a vector becomes, where no later layer says. */
const LEAST_FILTERS = 8;

const CONVOLUTION = { kernelSize: 4, strides: 2, padding: "same" } as const;

/**
 * Convolutions of 4x4 and stride 2, each of which halves both sides, rounded up.
 *
 * @returns From `[batch, height, width, channels]` to maps `[batch, height', width', channels']`, or
 * with `units` to `[batch, units]`.
 */
export function convEncoder(
  imageShape: ImageShape,
  { name, filters, residualBlocks = 0, channels, units, slope = 0, batchNormalization = false }:
    ConvEncoderOptions,
): tfl.LayersModel {
  const images = tfl.input({ shape: [...imageShape], name: "images" });
  // The normalization, also that of the decoder, subtracts any bias again.
  const useBias = !batchNormalization;
  let maps = filters.reduce((maps, filters, i) => {
    const name_ = `${name}_conv_${i + 1}`;
    const layer = tfl.layers.conv2d({ ...CONVOLUTION, filters, useBias, name: name_ });
    const out = layer.apply(maps) as tfl.SymbolicTensor;
    const normal = batchNormalization ? normalizeBatch(out, `${name}_normalization_${i + 1}`) : out;
    return activate(normal, slope, `${name}_relu_${i + 1}`);
  }, images);
  if (residualBlocks > 0) {
    maps = residualStack(maps, { name, filters: filters.at(-1)!, blocks: residualBlocks });
  }
  if (channels !== undefined) {
    maps = tfl.layers.conv2d({ filters: channels, kernelSize: 1, name: `${name}_channels` })
      .apply(maps) as tfl.SymbolicTensor;
  }
  if (units !== undefined) {
    const flat = tfl.layers.flatten({ name: `${name}_flatten` }).apply(maps);
    maps = tfl.layers.dense({ units, useBias, name: `${name}_dense` }).apply(
      flat,
    ) as tfl.SymbolicTensor;
  }
  return tfl.model({ inputs: images, outputs: maps, name });
}

/**
 * Transposed convolutions of 4x4 and stride 2, the reverse of {@linkcode convEncoder}. What exceeds
 * the sides of the images is cropped.
 *
 * @returns From `[batch, ...inputShape]` to the logits of pixels, `[batch, height, width, channels]`.
 */
export function convDecoder(
  [height, width, channels]: ImageShape,
  { name, filters, inputShape, residualBlocks = 0, slope = 0, batchNormalization = false }:
    ConvDecoderOptions,
): tfl.LayersModel {
  const hidden = (x: tfl.SymbolicTensor, i: number) => {
    const normal = batchNormalization ? normalizeBatch(x, `${name}_normalization_${i}`) : x;
    return activate(normal, slope, `${name}_relu_${i}`);
  };
  // Batch normalization subtracts any bias again.
  const useBias = !batchNormalization;
  const input = tfl.input({ shape: [...inputShape], name: "z" });
  let maps = input;
  const shrink = (side: number) => Math.ceil(side / 2);
  const sides = [height, width].map((side) => filters.reduce(shrink, shrink(side)));
  const firstFilters = 2 * (filters[0] ?? LEAST_FILTERS);
  if (inputShape.length === 1) {
    const shape = [...sides, firstFilters];
    const units = shape.reduce((a, b) => a * b);
    const dense = tfl.layers.dense({ units, useBias, name: `${name}_dense` }).apply(maps);
    maps = hidden(dense as tfl.SymbolicTensor, 0);
    maps = tfl.layers.reshape({ targetShape: shape, name: `${name}_reshape` })
      .apply(maps) as tfl.SymbolicTensor;
  }
  if (residualBlocks > 0) {
    maps = residualStack(maps, { name, filters: firstFilters, blocks: residualBlocks });
  }
  filters.forEach((filters, i) => {
    const name_ = `${name}_conv_${i + 1}`;
    const layer = tfl.layers.conv2dTranspose({ ...CONVOLUTION, filters, useBias, name: name_ });
    maps = hidden(layer.apply(maps) as tfl.SymbolicTensor, i + 1);
  });
  const logits = tfl.layers.conv2dTranspose({
    ...CONVOLUTION,
    filters: channels,
    name: `${name}_logits`,
  }).apply(maps) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: crop(logits, [height, width], name), name });
}

/** Filters of a residual block's first convolution, as a share of the stack's. */
const BOTTLENECK = 1 / 4;

/**
 * A convolution of 3x3, residual blocks and ReLU, as van den Oord et al. have them ("Neural Discrete
 * Representation Learning", 2017, section 4.1). A block adds to its input: ReLU, 3x3 to a quarter of
 * the filters, ReLU, 1x1 back.
 */
function residualStack(
  maps: tfl.SymbolicTensor,
  { name, filters, blocks }: { name: string; filters: number; blocks: number },
): tfl.SymbolicTensor {
  const convolve = (x: tfl.SymbolicTensor, filters: number, kernelSize: number, layer: string) =>
    tfl.layers.conv2d({ filters, kernelSize, padding: "same", name: `${name}_${layer}` })
      .apply(x) as tfl.SymbolicTensor;
  let sum = convolve(maps, filters, 3, "residual");
  for (let i = 1; i <= blocks; i++) {
    const block = `residual_${i}`;
    const narrow = Math.max(1, Math.round(BOTTLENECK * filters));
    const first = convolve(
      activate(sum, 0, `${name}_${block}_relu_1`),
      narrow,
      3,
      `${block}_conv_1`,
    );
    const second = activate(first, 0, `${name}_${block}_relu_2`);
    const added = [sum, convolve(second, filters, 1, `${block}_conv_2`)];
    sum = tfl.layers.add({ name: `${name}_${block}_add` }).apply(added) as tfl.SymbolicTensor;
  }
  return activate(sum, 0, `${name}_residual_relu`);
}

function activate(x: tfl.SymbolicTensor, slope: number, name: string): tfl.SymbolicTensor {
  const layer = slope === 0
    ? tfl.layers.reLU({ name })
    : tfl.layers.leakyReLU({ alpha: slope, name });
  return layer.apply(x) as tfl.SymbolicTensor;
}

function crop(
  maps: tfl.SymbolicTensor,
  [height, width]: readonly [number, number],
  name: string,
): tfl.SymbolicTensor {
  const [rows, columns] = [maps.shape[1]! - height, maps.shape[2]! - width];
  if (rows === 0 && columns === 0) return maps;
  const layer = tfl.layers.cropping2D({
    cropping: [[0, rows], [0, columns]],
    name: `${name}_crop`,
  });
  return layer.apply(maps) as tfl.SymbolicTensor;
}
