/**
 * A training step of a convolutional autoencoder at batch 128 on 28x28 images (16, 32 and 64
 * channels, stride 2, batch normalization, transposed convolutions back; forward, gradients, Adam)
 * beside PyTorch, tfjs-node-gpu where it is set up, and TensorFlow.js's `cpu` backend. (Its `wasm`
 * backend has no gradient of a convolution's filter.) In each round the contestants run one after another.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { ndarray } from "../lib/ndarray.ts";
import { Random } from "../lib/random.ts";
import { useBackend } from "../train/backends.ts";
import { layersStep } from "../train/fit_model.ts";
import { LoopRunner } from "../train/loop_runner.ts";
import { recordStep } from "../train/record_step.ts";
import { describeNative } from "../train/tfjs_node/register_backend.ts";
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

const BATCH = 128;
const COUNT = 512;

/** Measures every contestant; prints a table. */
export async function benchConvStep(print: (line: string) => void): Promise<void> {
  const torch = await startPeer("conv_step.py");
  const contestants: Contestant[] = [];
  for (const threads of threadCounts()) contestants.push(await recorded(threads));
  contestants.push(...torchContestants(torch, 8));
  const native = await startTfjsNode("conv-step", print);
  contestants.push(...native.map((peer) => workerContestant(peer, 4)), await eager("cpu"));
  await runRounds("one convolutional training step, batch 128", contestants, print);
  for (const peer of [torch, ...native]) await peer.stop();
}

function build(): tfl.LayersModel {
  const layers: tfl.layers.Layer[] = [];
  const block = (layer: tfl.layers.Layer) =>
    layers.push(layer, tfl.layers.batchNormalization(), tfl.layers.reLU());
  const options = { kernelSize: 3, strides: 2, padding: "same", useBias: false } as const;
  block(tfl.layers.conv2d({ ...options, filters: 16, inputShape: [28, 28, 1] }));
  block(tfl.layers.conv2d({ ...options, filters: 32 }));
  block(tfl.layers.conv2d({ ...options, filters: 64, padding: "valid" }));
  block(tfl.layers.conv2dTranspose({ ...options, filters: 32, padding: "valid" }));
  block(tfl.layers.conv2dTranspose({ ...options, filters: 16 }));
  layers.push(tfl.layers.conv2dTranspose({ ...options, filters: 1, useBias: true }));
  return tfl.sequential({ layers });
}

const loss = (images: tf.Tensor, logits: tf.Tensor) =>
  tf.mean(tf.losses.sigmoidCrossEntropy(images, logits, undefined, undefined, tf.Reduction.NONE));

function images() {
  const random = new Random(0, "bench images");
  const pixels = Float32Array.from({ length: COUNT * 784 }, () => random.uniform());
  return ndarray("float32", [COUNT, 28, 28, 1], pixels);
}

async function recorded(threads: number): Promise<Contestant> {
  await useBackend("cpu");
  const model = build();
  const optimizer = tf.train.adam(1e-3);
  const step = await recordStep(
    ({ x }) => ({ loss: layersStep(model, { x, y: x, optimizer, loss }) }),
    { inputs: { x: { shape: [BATCH, 28, 28, 1] } } },
  );
  const runner = await LoopRunner.create(step, { x: images() }, { lossNames: ["loss"], threads });
  const random = new Random(1, "bench indices");
  return {
    name: `Glimpse, recorded, ${plural(threads)}`,
    steps: 8,
    run: async (steps) => {
      const indices = Int32Array.from({ length: steps * BATCH }, () => random.integer(COUNT));
      const start = performance.now();
      await runner.run(indices, {}, BATCH);
      return (performance.now() - start) / steps;
    },
  };
}

/** Eager steps in this process: on one thread of `cpu`, or on as many of `tensorflow` as given. */
export async function eager(
  backend: "cpu" | "tensorflow",
  { threads = 1 }: { threads?: number } = {},
): Promise<Contestant> {
  await useBackend(backend, { threads });
  const model = build();
  const optimizer = tf.train.adam(1e-3);
  const { data } = images();
  const x = tf.tensor4d(data.slice(0, BATCH * 784), [BATCH, 28, 28, 1]);
  return {
    ...backend === "cpu"
      ? { name: `TensorFlow.js ${tf.version_core} cpu, 1 thread`, steps: 1, rounds: 1 }
      : { name: `tfjs-node-gpu (${describeNative()}), ${plural(threads)}`, steps: 4 },
    run: async (steps) => {
      await useBackend(backend);
      const start = performance.now();
      for (let step = 0; step < steps; step++) {
        await layersStep(model, { x, y: x, optimizer, loss }).data();
      }
      return (performance.now() - start) / steps;
    },
  };
}
