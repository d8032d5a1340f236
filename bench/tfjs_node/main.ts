import { linesOf } from "../../lib/files/lines.ts";
import { classifierTraining } from "../cnn_step.ts";
import { autoencoderTraining } from "../conv_step.ts";
import { eager } from "../layers_training.ts";
import type { Contestant } from "../rounds.ts";
import { ours } from "../step.ts";

const CONTESTANTS: Readonly<Record<string, (threads: number) => Promise<Contestant>>> = {
  "step": (threads) => ours("tfjs-node-gpu", { threads }),
  "conv-step": (threads) => eager(autoencoderTraining(), "tensorflow", { threads }),
  "cnn-step plain": (threads) => eager(classifierTraining("plain"), "tensorflow", { threads }),
  "cnn-step separable": (threads) =>
    eager(classifierTraining("separable"), "tensorflow", { threads }),
};

/**
 * Times training steps on tfjs-node-gpu, as bench/peer.ts asks: its arguments are the bench and the
 * number of threads, and it answers a line `steps` with the milliseconds of a step.
 */
if (import.meta.main) {
  const [bench, threads] = Deno.args;
  const contestant = await CONTESTANTS[bench](Number(threads));
  console.log(JSON.stringify({ version: contestant.name }));
  for await (const line of linesOf(Deno.stdin.readable)) {
    console.log(JSON.stringify(await contestant.run(Number(line))));
  }
}
