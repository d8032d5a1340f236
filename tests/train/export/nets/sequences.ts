import * as tfl from "@tensorflow/tfjs-layers";
import { PositionEmbedding, SelfAttention } from "./attention.ts";

const { layers } = tfl;

type Tensor = tfl.SymbolicTensor;

/** Two recurrent layers over measurements, the first in both directions. */
export function lstmClassifier(): tfl.LayersModel {
  return tfl.sequential({
    name: "lstm_classifier",
    layers: [
      layers.bidirectional({
        layer: layers.lstm({ units: 6, returnSequences: true }) as tfl.RNN,
        mergeMode: "concat",
        inputShape: [9, 4],
      }),
      layers.dropout({ rate: 0.2 }),
      layers.lstm({ units: 5 }),
      layers.dense({ units: 3, activation: "softmax", name: "label" }),
    ],
  });
}

/** Vaswani et al., "Attention is all you need" (2017): an encoder block over words. */
export function transformer(): tfl.LayersModel {
  const words = tfl.input({ shape: [6], name: "words", dtype: "int32" });
  const embedded = layers.embedding({ inputDim: 30, outputDim: 8 }).apply(words);
  const x = new PositionEmbedding({ name: "positions" }).apply(embedded) as Tensor;
  const attended = new SelfAttention({ name: "attention", heads: 2 }).apply(x) as Tensor;
  const middle = normalizedSum(x, attended);
  const wide = layers.dense({ units: 16, activation: "gelu" }).apply(middle);
  const narrow = layers.dense({ units: 8 }).apply(wide) as Tensor;
  const outputs = layers.dense({ units: 30, name: "logits" }).apply(normalizedSum(middle, narrow));
  return tfl.model({ inputs: words, outputs: outputs as Tensor, name: "transformer" });
}

function normalizedSum(x: Tensor, y: Tensor): Tensor {
  return layers.layerNormalization().apply(layers.add().apply([x, y])) as Tensor;
}

/** A bag of words: the mean of their vectors. */
export function embeddingClassifier(): tfl.LayersModel {
  return tfl.sequential({
    name: "embedding_classifier",
    layers: [
      layers.embedding({ inputDim: 30, outputDim: 8, inputLength: 12 }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 16, activation: "relu" }),
      layers.dense({ units: 4, activation: "softmax", name: "topic" }),
    ],
  });
}

/** What a user and an item have in common: several inputs, and outputs beside the score. */
export function twoTower(): tfl.LayersModel {
  const user = tfl.input({ shape: [1], name: "user" });
  const profile = tfl.input({ shape: [5], name: "profile" });
  const item = tfl.input({ shape: [1], name: "item" });
  const lookup = (input: Tensor, inputDim: number) =>
    layers.flatten().apply(layers.embedding({ inputDim, outputDim: 6 }).apply(input)) as Tensor;
  const userTower = layers.dense({ units: 4, name: "user_vector" })
    .apply(layers.concatenate().apply([lookup(user, 30), profile])) as Tensor;
  const itemTower = layers.dense({ units: 4, name: "item_vector" })
    .apply(lookup(item, 40)) as Tensor;
  const score = layers.dot({ axes: -1, normalize: true, name: "score" })
    .apply([userTower, itemTower]) as Tensor;
  const inputs = [user, profile, item];
  return tfl.model({ inputs, outputs: [score, userTower, itemTower], name: "two_tower" });
}
