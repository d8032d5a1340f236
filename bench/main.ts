import { defineCommand, type Host, runCommand } from "../lib/command/command.ts";
import { PROCESS } from "../lib/command/process.ts";

/** Every bench by name: to add one, add a file and a line. */
const BENCHES: Readonly<Record<string, (host: Host, values: Values) => Promise<void>>> = {
  step: async ({ print }) => await (await import("./step.ts")).benchStep(print),
  "conv-step": async ({ print }) => await (await import("./conv_step.ts")).benchConvStep(print),
  "cnn-step": async ({ print }) => await (await import("./cnn_step.ts")).benchCnnStep(print),
  mixture: async ({ print }) => await (await import("./mixture.ts")).benchMixture(print),
  "few-labels": async ({ print }, { seeds = 10 }) =>
    await (await import("./few_labels.ts")).benchFewLabels(print, { seeds }),
  outliers: async ({ print }) => await (await import("./outliers.ts")).benchOutliers(print),
  systems: async ({ print }, { seeds = 3, sets }) => {
    const { benchSystems } = await import("./systems.ts");
    await benchSystems(print, { seeds, rows: sets?.split(",") });
  },
  classifier: async ({ print }, { seeds = 3, epochs, cifar }) =>
    await (await import("./classifier.ts")).benchClassifier(print, { seeds, epochs, cifar }),
  datasets: async ({ print }, { seeds = 5, sets, development, cifar, results }) => {
    const { benchDatasets } = await import("./datasets.ts");
    await benchDatasets(print, {
      samples: seeds,
      sets: sets?.split(","),
      development,
      cifar,
      results,
    });
  },
  ablation: async ({ print }, { sets, cifar }) =>
    await (await import("./ablation.ts")).benchAblation(print, { sets: sets?.split(","), cifar }),
};

/** What the benches with several runs are told. */
interface Values {
  readonly seeds: number | undefined;
  readonly sets: string | undefined;
  readonly development: boolean;
  readonly cifar: string | undefined;
  readonly epochs: number;
  readonly results: string | undefined;
}

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
      description:
        "Runs of few-labels (default 10), systems and classifier (default 3), and samples of labels of datasets (default 5), each with its own seed",
      min: 1,
    },
    sets: {
      kind: "string",
      description: "Rows of datasets, ablation or systems, with commas between; all by default",
    },
    development: {
      kind: "boolean",
      description: "datasets: score on images held out of the training images",
      default: false,
    },
    cifar: {
      kind: "string",
      description:
        "datasets, ablation, classifier: a folder with train/CLASS/ and test/CLASS/ of CIFAR-10 as JPEG files",
    },
    epochs: {
      kind: "integer",
      description: "classifier: epochs of each training",
      default: 10,
      min: 1,
    },
    results: {
      kind: "string",
      description:
        "datasets: a JSON file of results, which is added to; what it holds is not measured again",
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
    {
      does: "Other data sets beside baselines, without a look at their test images",
      line: "deno task bench --only datasets --development",
    },
  ],
  async run({ only, ...values }, host) {
    for (const name of only === undefined ? Object.keys(BENCHES) : [only]) {
      host.print(`== ${name}`);
      await BENCHES[name](host, values);
    }
  },
});

if (import.meta.main) await runCommand(command, PROCESS);
