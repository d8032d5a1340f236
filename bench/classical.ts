/**
 * Forest, nearest neighbours and support vectors beside scikit-learn's: Fashion-MNIST on 16 principal
 * components, so many training images, all 10,000 test images, one thread.
 *
 * ```sh
 * deno task bench --only classical
 * ```
 *
 * @module
 */
import { type NdArray, ndarray } from "../lib/array/ndarray.ts";
import { slice } from "../lib/array/rows.ts";
import { argMaxRows } from "../lib/array/stats.ts";
import { nearestVotes } from "../lib/classical/nearest_votes.ts";
import { fitRandomForest, predictRandomForest } from "../lib/classical/random_forest.ts";
import { fitSupportVectors } from "../lib/classical/support_vectors.ts";
import { loadParts, toFloat32 } from "../lib/data/mod.ts";
import { fitLeadingComponents, projectOnComponents } from "../lib/embedding/leading_components.ts";
import { startPeer } from "./peer.ts";
import { formatTable, median } from "./table.ts";

const FEATURES = 16;
const COUNTS = [1000, 5000];
const ROUNDS = 3;
const CLASSES = 10;

interface Measurement {
  seconds: number;
  accuracy: number;
}

type Points = NdArray<"float32">;

/** What each predicts for test points. */
const CONTESTANTS: Readonly<
  Record<string, (x: Points, y: Int32Array, test: Points) => Int32Array | Promise<Int32Array>>
> = {
  forest: (x, labels, test) => {
    const forest = fitRandomForest(x, labels, { classes: CLASSES });
    return argMaxRows(predictRandomForest(test, forest).data, CLASSES);
  },
  neighbours: async (x, labels, test) => {
    const votes = await nearestVotes(test, x, { labels, classes: CLASSES, threads: 1 });
    return argMaxRows(votes.data, CLASSES);
  },
  supportVectors: async (x, labels, test) => {
    const machine = await fitSupportVectors(x, labels);
    const predicted = machine.predict(test);
    machine.free();
    return predicted;
  },
};

/** Prints seconds to fit and predict, and the accuracy, of both. */
export async function benchClassical(print: (line: string) => void): Promise<void> {
  const { train, test } = await loadParts({ train: "fashion-mnist" });
  const flat = ({ images }: typeof train) => {
    const { data, shape: [count] } = toFloat32(images);
    return ndarray("float32", [count, data.length / count], data);
  };
  const used = flat({ ...train, images: slice(train.images, 0, Math.max(...COUNTS)) });
  const components = await fitLeadingComponents(used, { components: FEATURES });
  const x = await projectOnComponents(used, components);
  const tested = await projectOnComponents(flat(test!), components);
  const folder = await Deno.makeTempDir();
  const parts = { x, tested, labels: train.labels!, truth: test!.labels! };
  for (const [name, part] of Object.entries(parts)) {
    const { buffer, byteOffset, byteLength } = "data" in part ? part.data : part;
    await Deno.writeFile(
      `${folder}/${name}`,
      new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
    );
  }
  const env = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const peer = await startPeer("classical.py", { args: [folder, String(FEATURES)], env });
  const rows = [["classifier", "images", "seconds", "scikit-learn", "accuracy", "scikit-learn"]];
  for (const [name, predict] of Object.entries(CONTESTANTS)) {
    for (const count of COUNTS) {
      const ours: Measurement[] = [], theirs: Measurement[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const started = performance.now();
        const predicted = await predict(
          slice(x, 0, count),
          train.labels!.subarray(0, count),
          tested,
        );
        const right = predicted.filter((label, i) => label === test!.labels![i]).length;
        ours.push({
          seconds: (performance.now() - started) / 1000,
          accuracy: right / predicted.length,
        });
        theirs.push(await peer.ask(`${name} ${count} ${round}`));
      }
      const middle = (all: Measurement[], key: keyof Measurement, digits: number) =>
        median(all.map((each) => each[key])).toFixed(digits);
      rows.push([
        ...[name, String(count), middle(ours, "seconds", 2), middle(theirs, "seconds", 2)],
        ...[middle(ours, "accuracy", 4), middle(theirs, "accuracy", 4)],
      ]);
    }
  }
  await peer.stop();
  await Deno.remove(folder, { recursive: true });
  print(formatTable(rows));
}
