import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { type EngineName, ENGINES } from "../train/core/engines/mod.ts";
import { recordTraining } from "../train/core/engines/record_training.ts";
import { chunks, type Feed } from "../train/core/feed.ts";
import type { Step } from "../train/core/step.ts";
import { useBackend } from "../train/tfjs/backends.ts";
import { describeNative } from "../train/tfjs/node/register_backend.ts";
import { flopsOf } from "./flops.ts";
import { type Peer, startPeer } from "./peer.ts";
import { type Contestant, runRounds, threadCounts, workerContestant } from "./rounds.ts";
import { startTfjsNode } from "./tfjs_node/start.ts";

/** A training step that is measured beside others that take the same. */
export interface StepBench {
  /** Heads the table. */
  readonly title: string;
  /** Builds it anew for each contestant, on the TensorFlow.js backend that is active. */
  readonly build: () => { readonly step: Step; readonly feed: Feed };
  /** The script of `bench/peers/` that trains the same in PyTorch, and its arguments. */
  readonly peer: readonly [script: string, ...args: string[]];
  /** Steps of a round, at most {@linkcode COUNT} / {@linkcode BATCH}. */
  readonly steps: number;
  /** What `bench/tfjs_node/main.ts` knows it by, where it is measured there. */
  readonly tfjsNode?: string;
  /** The backends of TensorFlow.js that it is measured on, with the steps of a round. */
  readonly tfjs?: Readonly<Partial<Record<"wasm" | "cpu", number>>>;
}

export const BATCH = 128;

/** Examples that batches are taken from. */
export const COUNT = 2048;

/** Measures every contestant in turn; prints a table. */
export async function benchSteps(bench: StepBench, print: (line: string) => void): Promise<void> {
  const { title, peer: [script, ...args], steps, tfjsNode, tfjs = {} } = bench;
  const torch = await startPeer(script, { args });
  const contestants: Contestant[] = [];
  for (const name of ["native", "onnx"] as const) {
    for (const threads of threadCounts()) {
      contestants.push(await engineContestant(bench, name, { threads }));
    }
  }
  contestants.push(...torchContestants(torch, steps));
  const workers = tfjsNode === undefined ? [] : await startTfjsNode(tfjsNode, print);
  contestants.push(...workers.map((peer) => workerContestant(peer, 4)));
  for (const [backend, steps] of Object.entries(tfjs)) {
    const options = { threads: 1, backend: backend as "wasm" | "cpu", steps };
    contestants.push(await engineContestant(bench, "tfjs", options));
  }
  const peak = new Map<number, number>();
  for (const threads of threadCounts()) {
    peak.set(threads, 2 * 1024 ** 3 / await torch.ask<number>(`${threads} product 1`));
  }
  await runRounds(title, contestants, { flops: await stepFlops(bench), peak, print });
  for (const peer of [torch, ...workers]) await peer.stop();
}

/** An engine that takes steps in this process. */
export async function engineContestant(
  { build, steps: all }: StepBench,
  engineName: EngineName,
  { threads, backend = "cpu", steps = all }: {
    threads: number;
    backend?: "cpu" | "wasm";
    steps?: number;
  },
): Promise<Contestant> {
  if (backend === "wasm") setThreadsCount(threads);
  const isNode = engineName === "tfjs-node-gpu";
  await useBackend(isNode ? "tensorflow" : backend, { threads });
  const { step, feed } = build();
  const engine = await ENGINES[engineName](step, feed, { batchSize: BATCH, seed: 0, threads });
  const names: Readonly<Record<EngineName, () => string>> = {
    "native": () => "Glimpse, compiled",
    "onnx": () => "Glimpse, recorded",
    "tfjs": () => `TensorFlow.js ${tf.version_core} ${backend}`,
    "tfjs-node-gpu": () => `tfjs-node-gpu (${describeNative()})`,
  };
  const [chunk] = chunks(feed, { epoch: 1, batchSize: BATCH, seed: 1, size: () => steps });
  return {
    name: names[engineName](),
    threads,
    steps,
    ...engineName === "tfjs" && backend === "cpu" && { rounds: 1 },
    run: async (steps) => {
      if (engineName === "tfjs") await useBackend(backend);
      const start = performance.now();
      await engine.run(chunk);
      return (performance.now() - start) / steps;
    },
  };
}

/** Additions and multiplications of a step. */
async function stepFlops({ build }: StepBench): Promise<number> {
  await useBackend("cpu");
  const { step, feed } = build();
  return flopsOf((await recordTraining(step, feed, { batchSize: BATCH, seed: 0 })).recording);
}

/** PyTorch on one thread and on every core with its default Adam and the fused one, and compiled. */
function torchContestants(torch: Peer, steps: number): Contestant[] {
  const kinds = { plain: "", fused: ", fused Adam", compiled: ", torch.compile" };
  return Object.entries(kinds).flatMap(([kind, name]) =>
    threadCounts()
      // It compiles for a number of threads, which takes half a minute.
      .filter((threads) => kind !== "compiled" || threads === threadCounts().at(-1))
      .map((threads): Contestant => ({
        name: `PyTorch ${torch.version}${name}`,
        threads,
        steps,
        run: async (steps) => 1000 * await torch.ask<number>(`${threads} ${kind} ${steps}`),
      }))
  );
}
