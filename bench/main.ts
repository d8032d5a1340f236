import { defineCommand, type Host, runCommand } from "../lib/command/command.ts";

/** Every bench by name: to add one, add a file and a line. */
const BENCHES: Readonly<Record<string, (host: Host, seeds: number) => Promise<void>>> = {
  step: async ({ print }) => await (await import("./step.ts")).benchStep(print),
  "conv-step": async ({ print }) => await (await import("./conv_step.ts")).benchConvStep(print),
  "cnn-step": async ({ print }) => await (await import("./cnn_step.ts")).benchCnnStep(print),
  mixture: async ({ print }) => await (await import("./mixture.ts")).benchMixture(print),
  "few-labels": async ({ print }, seeds) =>
    await (await import("./few_labels.ts")).benchFewLabels(print, { seeds }),
};

const command = defineCommand({
  name: "bench",
  description:
    "Measure speed and accuracy beside the peers; tests/peers/requirements.txt names them",
  options: {
    only: {
      kind: "choice",
      choices: Object.keys(BENCHES),
      description: "The bench to run; all by default",
    },
    seeds: {
      kind: "integer",
      description: "Runs of few-labels, each with its own seed",
      default: 10,
      min: 1,
    },
  },
  examples: [
    {
      does: "A training step beside PyTorch's and TensorFlow.js's",
      line: "deno task bench --only step",
    },
    {
      does: "Ten seeds, ten draws of five labels a class",
      line: "deno task bench --only few-labels",
    },
  ],
  async run({ only, seeds }, host) {
    for (const name of only === undefined ? Object.keys(BENCHES) : [only]) {
      host.print(`== ${name}`);
      await BENCHES[name](host, seeds);
    }
  },
});

if (import.meta.main) {
  await runCommand(command, {
    args: Deno.args,
    print: console.log,
    status: Deno.stderr,
    exit: Deno.exit,
  });
}
