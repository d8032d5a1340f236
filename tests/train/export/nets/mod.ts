import type { LayersModel } from "@tensorflow/tfjs-layers";
import { autoencoder, ganGenerator, leNet, mobileNet, resNet, uNet } from "./images.ts";
import { embeddingClassifier, lstmClassifier, transformer, twoTower } from "./sequences.ts";

/** Integers that go into any of the nets are below. */
export const CHOICES = 30;

/** Whole nets, small. */
export const NETS: Readonly<Record<string, () => LayersModel>> = {
  "LeNet": leNet,
  "MobileNet blocks": mobileNet,
  "ResNet": resNet,
  "U-Net": uNet,
  "LSTM classifier": lstmClassifier,
  "transformer encoder": transformer,
  "autoencoder": autoencoder,
  "GAN generator": ganGenerator,
  "embedding classifier": embeddingClassifier,
  "two-tower model": twoTower,
};
