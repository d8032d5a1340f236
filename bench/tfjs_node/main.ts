import { linesOf } from "../../lib/files/lines.ts";
import { CLASSIFIER_STEPS } from "../cnn_step.ts";
import { AUTOENCODER_STEP } from "../conv_step.ts";
import { plural } from "../rounds.ts";
import { VAE_STEP } from "../step.ts";
import { engineContestant } from "../step_bench.ts";

/**
 * Times training steps on tfjs-node-gpu, as bench/peer.ts asks: its arguments are the bench and the
 * number of threads, and it answers a line `steps` with the milliseconds of a step.
 */
if (import.meta.main) {
  const [bench, threads] = Deno.args;
  const measured = [VAE_STEP, AUTOENCODER_STEP, ...CLASSIFIER_STEPS]
    .find(({ tfjsNode }) => tfjsNode === bench)!;
  const options = { threads: Number(threads), steps: 4 };
  const contestant = await engineContestant(measured, "tfjs-node-gpu", options);
  console.log(JSON.stringify({ version: `${contestant.name}, ${plural(options.threads)}` }));
  for await (const line of linesOf(Deno.stdin.readable)) {
    console.log(JSON.stringify(await contestant.run(Number(line))));
  }
}
