import * as tfl from "@tensorflow/tfjs-layers";
import { Random } from "../../../lib/array/random.ts";
import { initializeWeights } from "../../networks/initialize.ts";

/** The networks of the system. */
export interface FewLabelsNetworks {
  /** Images `[batch, height, width, channels]` to features `[batch, FEATURES]`. */
  readonly encoder: tfl.LayersModel;
  /** Features to where views are compared, `[batch, FEATURES]`. */
  readonly projection: tfl.LayersModel;
  /** Features to the logarithms of the classes' odds, `[batch, classes]`. */
  readonly head: tfl.LayersModel;
  /** Features, or what is made of them, to images. */
  readonly decoder: tfl.LayersModel;
}

/** Size of the feature vector. */
export const FEATURES = 128;

/** The side to which convolutions of stride 2 bring larger images. */
const MAP_SIDE = 16;

/**
 * Builds the networks of images of one shape.
 *
 * @param options `decoded`: how many numbers the decoder takes. @default {FEATURES}
 */
export function buildNetworks(
  [height, width, channels]: readonly [number, number, number],
  { classes, decoded = FEATURES, seed }: { classes: number; decoded?: number; seed: number },
): FewLabelsNetworks {
  const networks = {
    encoder: buildEncoder([height, width, channels]),
    projection: tfl.sequential({
      name: "projection",
      layers: [tfl.layers.dense({ name: "projection", inputShape: [FEATURES], units: FEATURES })],
    }),
    head: tfl.sequential({
      name: "head",
      layers: [tfl.layers.dense({ name: "logits", inputShape: [FEATURES], units: classes })],
    }),
    decoder: tfl.sequential({
      name: "decoder",
      layers: [
        tfl.layers.dense({
          name: "hidden",
          inputShape: [decoded],
          units: 256,
          activation: "relu",
        }),
        tfl.layers.dense({
          name: "pixels",
          units: height * width * channels,
          activation: "sigmoid",
        }),
        tfl.layers.reshape({ targetShape: [height, width, channels] }),
      ],
    }),
  };
  const random = new Random(seed, "weights");
  for (const network of Object.values(networks)) initializeWeights(network, random);
  return networks;
}

/** Convolutions with batch normalization; small images keep their size in the first one. */
function buildEncoder(
  [height, width, channels]: readonly [number, number, number],
): tfl.Sequential {
  const isSmall = height <= 14;
  const network = tfl.sequential({ name: "encoder" });
  network.add(tfl.layers.conv2d({
    name: "conv1",
    inputShape: [height, width, channels],
    filters: 16,
    kernelSize: isSmall ? 3 : 5,
    strides: isSmall ? 1 : 2,
    padding: "same",
  }));
  addNormalization(network, 1);
  let side = Math.max(height, width) / (isSmall ? 1 : 2);
  let number = 2;
  do {
    network.add(tfl.layers.conv2d({
      name: `conv${number}`,
      filters: 32,
      kernelSize: 3,
      strides: 2,
      padding: "same",
    }));
    addNormalization(network, number++);
    side /= 2;
  } while (side > MAP_SIDE);
  network.add(tfl.layers.flatten());
  network.add(tfl.layers.dense({ name: "features", units: FEATURES }));
  addNormalization(network, number);
  return network;
}

function addNormalization(network: tfl.Sequential, number: number): void {
  // PyTorch's constants, with which the recipe was measured.
  const constants = { momentum: 0.9, epsilon: 1e-5 };
  network.add(tfl.layers.batchNormalization({ name: `normalization${number}`, ...constants }));
  network.add(tfl.layers.reLU());
}
