import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { cases, type LayerCase } from "./case.ts";

const { layers } = tfl;

/** A cell of a user: half of its state goes, the input comes. */
class HalvingCell extends layers.RNNCell {
  static readonly className = "HalvingCell";
  readonly stateSize = 4;

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
    const [x, h] = inputs as tf.Tensor[];
    const next = tf.tidy(() => tf.add(tf.mul(h, 0.5), x));
    return [next, next];
  }
}

/** Recurrent layers, unrolled over a fixed number of steps. */
export const recurrent: readonly LayerCase[] = [
  ...cases([5, 4], [
    ["simpleRNN", () => layers.simpleRNN({ units: 3 })],
    [
      "simpleRNN",
      () => layers.simpleRNN({ units: 3, returnSequences: true, goBackwards: true }),
      "backwards, with all steps",
    ],
    ["gru", () => layers.gru({ units: 3 })],
    ["gru", () => layers.gru({ units: 3, returnSequences: true, returnState: true }), "with state"],
    ["lstm", () => layers.lstm({ units: 3 })],
    ["lstm", () => layers.lstm({ units: 3, returnSequences: true }), "with all steps"],
    ["lstm", () => layers.lstm({ units: 3, returnState: true }), "with state"],
    ["lstm", () =>
      tfl.sequential({
        layers: [
          layers.masking({ maskValue: 0.25, inputShape: [5, 4] }),
          layers.lstm({ units: 3 }),
        ],
      }), "masked"],
    ["rnn", () => layers.rnn({ cell: layers.simpleRNNCell({ units: 3 }) })],
    ["RNN", () => new layers.RNN({ cell: layers.gruCell({ units: 3 }), returnSequences: true })],
    ["RNNCell", () => layers.rnn({ cell: new HalvingCell({}) })],
    [
      "simpleRNNCell",
      () => layers.rnn({ cell: layers.simpleRNNCell({ units: 3, useBias: false }) }),
    ],
    ["gruCell", () => layers.rnn({ cell: layers.gruCell({ units: 3 }) })],
    ["lstmCell", () => layers.rnn({ cell: layers.lstmCell({ units: 3 }) })],
    ["stackedRNNCells", () =>
      layers.rnn({
        cell: layers.stackedRNNCells({
          cells: [layers.gruCell({ units: 3 }), layers.lstmCell({ units: 2 })],
        }),
      })],
    [
      "bidirectional",
      () => layers.bidirectional({ layer: layers.lstm({ units: 3 }), mergeMode: "concat" }),
    ],
    [
      "bidirectional",
      () =>
        layers.bidirectional({
          layer: layers.gru({ units: 3, returnSequences: true }) as tfl.RNN,
          mergeMode: "sum",
        }),
      "summed, with all steps",
    ],
  ]),
  ...cases([3, 6, 5, 2], [
    ["convLstm2d", () => layers.convLstm2d({ filters: 3, kernelSize: 3, padding: "same" })],
    [
      "convLstm2d",
      () => layers.convLstm2d({ filters: 2, kernelSize: 2, returnSequences: true }),
      "with all steps",
    ],
  ]),
  {
    layer: "convLstm2dCell",
    about: "one step",
    inputs: [[6, 5, 2], [5, 4, 3], [5, 4, 3]],
    build() {
      const cell = layers.convLstm2dCell({ filters: 3, kernelSize: 2 });
      cell.build([null, 6, 5, 2]);
      return cell;
    },
    // Input, state and memory; a recurrent layer takes sequences of vectors only.
    apply: (cell, inputs) => (cell.call([...inputs], {}) as tf.Tensor[])[0],
  },
];
