import { assert, assertEquals } from "@std/assert";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { argMaxRows } from "../../lib/array/stats.ts";
import { nearestVotes } from "../../lib/classical/nearest_votes.ts";
import { fitRandomForest, predictRandomForest } from "../../lib/classical/random_forest.ts";
import { fitSupportVectors } from "../../lib/classical/support_vectors.ts";
import { runPython } from "./python.ts";

interface Peer {
  readonly train: number[][];
  readonly labels: number[];
  readonly test: number[][];
  readonly testLabels: number[];
  /** Accuracy by seed. */
  readonly forest: number[];
  readonly neighbours: number[];
  readonly supportVectors: number[];
}

const PEERS = JSON.parse(await runPython("classical_peer.py")) as Record<string, Peer>;

function points(rows: number[][]): NdArray<"float32"> {
  return ndarray("float32", [rows.length, rows[0].length], Float32Array.from(rows.flat()));
}

for (const [name, peer] of Object.entries(PEERS)) {
  const train = points(peer.train), test = points(peer.test);
  const classes = Math.max(...peer.labels) + 1;

  Deno.test(`fitRandomForest() reaches scikit-learn's accuracy on ${name}, over 5 seeds`, () => {
    const scores = [0, 1, 2, 3, 4].map((seed) => {
      const forest = fitRandomForest(train, peer.labels, { classes, seed });
      const predicted = argMaxRows(predictRandomForest(test, forest).data, classes);
      return peer.testLabels.filter((label, i) => label === predicted[i]).length /
        peer.testLabels.length;
    });
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const [least, most] = [Math.min(...peer.forest), Math.max(...peer.forest)];
    assert(mean >= least && mean <= most, `${mean} is not from ${least} to ${most}`);
  });

  Deno.test(`nearestVotes() predicts on ${name} what scikit-learn does`, async () => {
    const votes = await nearestVotes(test, train, { labels: peer.labels, classes });
    assertEquals([...argMaxRows(votes.data, classes)], peer.neighbours);
  });

  Deno.test(`fitSupportVectors() predicts on ${name} what scikit-learn does`, async () => {
    const machine = await fitSupportVectors(train, peer.labels);
    const predicted = machine.predict(test);
    const others = peer.supportVectors.filter((label, i) => label !== predicted[i]).length;
    // Both stop at a tolerance of 1e-3: a point between two classes may fall to either.
    assert(others <= 0.002 * predicted.length, `${others} of ${predicted.length} differ`);
    machine.free();
  });
}
