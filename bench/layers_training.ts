import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { useBackend } from "../train/tfjs/backends.ts";
import { layersStep } from "../train/core/loop/fit_model.ts";
import type { LossFunction } from "../train/core/layers_loss.ts";
import { ENGINES } from "../train/core/engines/mod.ts";
import { describeNative } from "../train/tfjs/node/register_backend.ts";
import { startPeer } from "./peer.ts";
import {
  type Contestant,
  plural,
  runRounds,
  threadCounts,
  torchContestants,
  workerContestant,
} from "./rounds.ts";
import { startTfjsNode } from "./tfjs_node/start.ts";

/** What a model of layers learns, with Adam in batches of {@linkcode BATCH}. */
export interface LayersTraining {
  readonly build: () => LayersModel;
  readonly loss: LossFunction;
  /** {@linkcode COUNT} images `[COUNT, 28, 28, 1]`. */
  readonly x: NdArray<"float32">;
  /** What the outputs are compared with, a row an image. */
  readonly y: NdArray<"float32">;
}

export const BATCH = 128;
export const COUNT = 512;

/** Images of noise: no step is quicker for what is on them. */
export function noiseImages(): NdArray<"float32"> {
  const random = new Random(0, "bench images");
  const pixels = Float32Array.from({ length: COUNT * 784 }, () => random.uniform());
  return ndarray("float32", [COUNT, 28, 28, 1], pixels);
}

/** Options for {@linkcode benchLayers}. */
export interface BenchLayersOptions {
  /** Heads the table. */
  readonly title: string;
  /** The script of `bench/peers/` that trains the same model in PyTorch, and its arguments. */
  readonly peer: readonly [script: string, ...args: string[]];
  /** What {@linkcode startTfjsNode} knows the training by. */
  readonly native: string;
  readonly print: (line: string) => void;
}

/**
 * Measures a step recorded, in PyTorch, on tfjs-node-gpu where it is set up, and on TensorFlow.js's
 * `cpu` backend; prints a table.
 */
export async function benchLayers(
  training: LayersTraining,
  { title, peer: [script, ...args], native, print }: BenchLayersOptions,
): Promise<void> {
  const torch = await startPeer(script, { args });
  const contestants: Contestant[] = [];
  for (const name of ["native", "onnx"] as const) {
    for (const threads of threadCounts()) contestants.push(await recorded(training, name, threads));
  }
  contestants.push(...torchContestants(torch, 8));
  const workers = await startTfjsNode(native, print);
  contestants.push(...workers.map((peer) => workerContestant(peer, 4)));
  contestants.push(await eager(training, "cpu"));
  await runRounds(title, contestants, print);
  for (const peer of [torch, ...workers]) await peer.stop();
}

/** Steps that are recorded, and compiled or run in ONNX Runtime. */
async function recorded(
  { build, loss, x, y }: LayersTraining,
  name: "native" | "onnx",
  threads: number,
): Promise<Contestant> {
  await useBackend("cpu");
  const model = build();
  const optimizer = tf.train.adam(1e-3);
  // Where images are their own labels, they are gathered once.
  const examples = { x, ...x === y ? {} : { y } };
  const engine = await ENGINES[name](
    (batch) => layersStep(model, { x: batch.x, y: batch.y ?? batch.x, optimizer, loss }),
    { examples },
    { batchSize: BATCH, seed: 0, threads },
  );
  const random = new Random(1, "bench indices");
  return {
    name: `Glimpse, ${name === "native" ? "compiled" : "recorded"}, ${plural(threads)}`,
    steps: 8,
    run: async (steps) => {
      const rows = Int32Array.from({ length: steps * BATCH }, () => random.integer(COUNT));
      const indices = ndarray("int32", [steps, BATCH], rows);
      const start = performance.now();
      await engine.run({ epoch: 1, examples, indices, perStep: {} });
      return (performance.now() - start) / steps;
    },
  };
}

/** Eager steps in this process: on one thread of `cpu`, or on as many of `tensorflow` as given. */
export async function eager(
  { build, loss, x, y }: LayersTraining,
  backend: "cpu" | "tensorflow",
  { threads = 1 }: { threads?: number } = {},
): Promise<Contestant> {
  await useBackend(backend, { threads });
  const model = build();
  const optimizer = tf.train.adam(1e-3);
  const [images, labels] = [x, y].map(({ shape, data }) => {
    const rowSize = data.length / COUNT;
    return tf.tensor(data.slice(0, BATCH * rowSize), [BATCH, ...shape.slice(1)]);
  });
  return {
    ...backend === "cpu"
      ? { name: `TensorFlow.js ${tf.version_core} cpu, 1 thread`, steps: 1, rounds: 1 }
      : { name: `tfjs-node-gpu (${describeNative()}), ${plural(threads)}`, steps: 4 },
    run: async (steps) => {
      await useBackend(backend);
      const start = performance.now();
      for (let step = 0; step < steps; step++) {
        await layersStep(model, { x: images, y: labels, optimizer, loss }).loss.data();
      }
      return (performance.now() - start) / steps;
    },
  };
}
