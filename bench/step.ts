/**
 * A training step of the MLP VAE 784-512-256-2 at batch 128 (forward, gradients, Adam) beside
 * PyTorch, tfjs-node-gpu where it is set up, and TensorFlow.js's own backends. In each round the
 * contestants run one after another; each figure is the median over the rounds.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { useBackend } from "../train/tfjs/backends.ts";
import { defaultVae, randomChunk, randomFeed } from "../train/doctor/default_vae.ts";
import { type EngineName, ENGINES } from "../train/core/engines/mod.ts";
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

/** Measures every contestant; gives a table. */
export async function benchStep(print: (line: string) => void): Promise<void> {
  const torch = await startPeer("step.py");
  const contestants: Contestant[] = [];
  for (const name of ["native", "onnx"] as const) {
    for (const threads of threadCounts()) contestants.push(await ours(name, { threads }));
  }
  const native = await startTfjsNode("step", print);
  contestants.push(
    ...torchContestants(torch, 30),
    ...native.map((peer) => workerContestant(peer, 10)),
    await ours("tfjs", { backend: "wasm", threads: 1, steps: 2 }),
    await ours("tfjs", { backend: "cpu", threads: 1, steps: 1 }),
  );

  await runRounds("one training step, batch 128", contestants, print);
  for (const peer of [torch, ...native]) await peer.stop();
}

/** One engine that takes steps in this process. */
export async function ours(
  engineName: EngineName,
  { threads, backend = "cpu", steps = 30 }: {
    threads: number;
    backend?: "cpu" | "wasm";
    steps?: number;
  },
): Promise<Contestant> {
  if (backend === "wasm") setThreadsCount(threads);
  await useBackend(backend);
  const feed = randomFeed();
  const engine = await ENGINES[engineName](defaultVae().step, feed, {
    batchSize: BATCH,
    seed: 0,
    threads,
  });
  const names: Readonly<Record<EngineName, string>> = {
    "native": "Glimpse, compiled",
    "onnx": "Glimpse, recorded",
    "tfjs": `TensorFlow.js ${tf.version_core} ${backend}`,
    "tfjs-node-gpu": engine.description,
  };
  return {
    name: `${names[engineName]}, ${plural(threads)}`,
    steps,
    run: async (steps) => {
      if (engineName !== "tfjs-node-gpu") await useBackend(backend);
      const chunk = randomChunk(steps, { feed, batchSize: BATCH });
      const start = performance.now();
      await engine.run(chunk);
      return (performance.now() - start) / steps;
    },
  };
}
