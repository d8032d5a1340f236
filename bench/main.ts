import { defineCommand, type Host, runCommand } from "../lib/command/command.ts";
import type { EngineChoice } from "../train/core/engines/choose_engine.ts";
import { trainOptions } from "../train/run/options.ts";
import { InputError } from "../lib/input_error.ts";
import { PROCESS } from "../lib/command/process.ts";
import type { StepBench } from "./step_bench.ts";

/** Every bench by name: to add one, add a file and a line. */
const BENCHES: Readonly<Record<string, (host: Host, values: Values) => Promise<void>>> = {
  step: async ({ print }) => await benchAll([(await import("./step.ts")).VAE_STEP], print),
  "conv-step": async ({ print }) =>
    await benchAll([(await import("./conv_step.ts")).AUTOENCODER_STEP], print),
  "cnn-step": async ({ print }) =>
    await benchAll((await import("./cnn_step.ts")).CLASSIFIER_STEPS, print),
  "system-step": async ({ print }) =>
    await benchAll((await import("./system_step.ts")).SYSTEM_STEPS, print),
  mixture: async ({ print }) => await (await import("./mixture.ts")).benchMixture(print),
  "few-labels": async ({ print }, { seeds = 10, engine }) =>
    await (await import("./few_labels.ts")).benchFewLabels(print, { seeds, engine }),
  classical: async ({ print }) => await (await import("./classical.ts")).benchClassical(print),
  outliers: async ({ print }) => await (await import("./outliers.ts")).benchOutliers(print),
  systems: async ({ print }, { seeds = 3, sets, cifar, results }) => {
    const { benchSystems } = await import("./systems.ts");
    await benchSystems(print, { seeds, rows: sets?.split(","), cifar, results });
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
  labelling: async ({ print }, { seeds = 5, sets, development }) =>
    await (await import("./labelling.ts")).benchLabelling(print, {
      seeds,
      sets: sets?.split(","),
      development,
    }),
  "real-models": async ({ print }, { models }) =>
    await (await import("./real_models.ts")).benchRealModels(print, models),
  ablation: async ({ print }, { sets, cifar }) =>
    await (await import("./ablation.ts")).benchAblation(print, { sets: sets?.split(","), cifar }),
};

async function benchAll(benches: readonly StepBench[], print: Host["print"]): Promise<void> {
  const { benchSteps } = await import("./step_bench.ts");
  for (const bench of benches) await benchSteps(bench, print);
}

/** What the benches with several runs are told. */
interface Values {
  readonly seeds: number | undefined;
  readonly engine: EngineChoice;
  readonly sets: string | undefined;
  readonly development: boolean;
  readonly cifar: string | undefined;
  readonly epochs: number;
  readonly results: string | undefined;
  readonly models: string | undefined;
}

const command = defineCommand({
  name: "bench",
  description:
    "Measure speed and accuracy beside the peers; tests/peers/requirements.txt names them",
  options: {
    only: {
      kind: "names",
      description: `The benches to run: ${Object.keys(BENCHES).join(", ")}; all by default`,
    },
    seeds: {
      kind: "integer",
      description:
        "Runs of few-labels (default 10), systems and classifier (default 3), samples of labels of datasets (default 5), and orders of labels of labelling (default 5), each with its own seed",
      min: 1,
    },
    engine: { ...trainOptions.engine, description: "few-labels: what runs training steps" },
    sets: {
      kind: "string",
      description:
        "Comma-separated rows of datasets, ablation, systems or labelling; all by default",
    },
    development: {
      kind: "boolean",
      description: "datasets, labelling: score on images held out of the training images",
      default: false,
    },
    cifar: {
      kind: "string",
      description:
        "datasets, ablation, classifier, systems: a folder with train/CLASS/ and test/CLASS/ of CIFAR-10 as JPEG files; systems take any file of its images too",
    },
    models: {
      kind: "path",
      description:
        "real-models: a folder that keeps the packages of models, so that each is downloaded once",
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
        "datasets, systems: a JSON file of results, which is added to; what it holds is not measured again",
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
    const names = only ?? Object.keys(BENCHES);
    const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
    if (unknown !== undefined) {
      throw new InputError(
        `Cannot measure: there is no bench "${unknown}", one of ${
          Object.keys(BENCHES).join(", ")
        } is needed`,
      );
    }
    for (const name of names) {
      host.print(`== ${name}`);
      await BENCHES[name](host, values);
    }
  },
});

if (import.meta.main) await runCommand(command, PROCESS);
