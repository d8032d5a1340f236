import { checkOut } from "../lib/run/run_folder.ts";
import type { Metrics } from "../lib/metrics/evaluate.ts";
import { formatDuration, formatNumber, Progress } from "../lib/command/progress.ts";
import { withDevice } from "../lib/command/with_device.ts";
import type { SessionOptions } from "../lib/runtime/session_options.ts";
import { defineCommand, type Host, runCommand } from "../lib/command/command.ts";
import { formatLayers } from "./core/layer_table.ts";
import { trainOptions } from "./options.ts";
import { prepareData } from "./prepare_data.ts";
import { train, type TrainListener, type TrainValues } from "./train.ts";
import { writeTrained } from "./write_run.ts";

export const program = defineCommand({
  name: "train",
  description: "Learn from unlabelled images, export to ONNX, and classify by a few labelled ones",
  options: trainOptions,
  examples: [
    { does: "MNIST digits 1, 4 and 8, five labels each", line: "deno task train" },
    {
      does: "Your own images, labels.npz holding the few labelled ones",
      line: "deno task train --train images.npz --val labels.npz --out runs/mine",
    },
    {
      does: "A folder of pictures with a sub-folder a class, ten latent variables",
      line: "deno task train --train photos/ --size 32 --grey --latent-dim 10",
    },
  ],
  async run(values, host) {
    const started = performance.now();
    const out = values.out ?? freeName(values.train);
    await checkOut(out, values);
    const profile = await withDevice(values, host.status, async (session) => {
      await trainAndWrite(values, host, { out, session, started });
      return [];
    });
    for (const line of profile) host.print(line);
  },
});

async function trainAndWrite(
  values: TrainValues,
  host: Host,
  { out, session, started }: {
    out: string;
    session: SessionOptions;
    /** By the clock of `performance`. */
    started: number;
  },
): Promise<void> {
  host.print(`reading ${values.train}`);
  const data = await prepareData(values);
  const { unlabelled, validation, labelled, test } = data;
  host.print(
    `${unlabelled.shape[0]} images to learn from without labels` +
      `${validation === undefined ? "" : `, ${validation.shape[0]} held out`}` +
      `, ${labelled.labels.length} labelled` +
      `${test === undefined ? "" : `, ${test.labels.length} to test on`}`,
  );
  const trained = await train(data, { ...values, session }, listener(host));
  const made = ["deno", "task", "train", ...host.args];
  await writeTrained(out, trained, { data, command: made, force: values.force, session });
  for (const line of formatScores(trained.metrics)) host.print(line);
  host.print(`written to ${out} in ${formatDuration((performance.now() - started) / 1000)}`);
  host.print(`open ${out}/report.html, or: deno task explore --run ${out}`);
  host.print(`next: deno task classify IMAGES --run ${out}`);
}

/** Shows how training goes: a bar on a terminal, a line an epoch elsewhere. */
function listener(host: Host): TrainListener {
  let total = 0;
  const progress = new Progress(host.status);
  let started = performance.now();

  const seconds = () => (performance.now() - started) / 1000;
  return {
    onEngine({ name, reason }) {
      if (reason !== undefined) host.print(`engine ${name}: ${reason}`);
    },
    onModel(layers) {
      for (const line of formatLayers(layers)) host.print(line);
      started = performance.now();
    },
    onProgress({ epoch, epochs, step, steps, batchSize, loss }) {
      total = epochs;
      progress.update({
        unit: "images",
        label: `epoch ${epoch}/${total}`,
        done: ((epoch - 1) * steps + step) * batchSize,
        total: total * steps * batchSize,
        seconds: seconds(),
        values: { loss },
      });
    },
    onEpochEnd({ epoch, loss, reconstructionLoss, klLoss, valLoss, imagesPerSecond }) {
      const parts = [
        `epoch ${epoch}/${total}`,
        `loss ${formatNumber(loss)}`,
        `reconstruction ${formatNumber(reconstructionLoss)}`,
        `KL ${formatNumber(klLoss)}`,
        ...valLoss === undefined ? [] : [`validation ${formatNumber(valLoss)}`],
        `${Math.round(imagesPerSecond)} images/s`,
      ];
      progress.line(parts.join("  "));
    },
    onSelection({ chosen }) {
      host.print(`mixture: ${chosen.name}`);
    },
  };
}

function formatScores({ split, count, draws, ...scores }: Metrics): string[] {
  return [
    `scores on ${count} ${split}`,
    `accuracy ${formatNumber(scores.accuracy)}  macro F1 ${formatNumber(scores.macro.f1)}  ` +
    `micro F1 ${formatNumber(scores.micro.f1)}  (macro+micro)/2 ${formatNumber(scores.meanF1)}`,
    `MSE ${formatNumber(scores.meanSquaredError)}  ` +
    `SSIM ${
      scores.structuralSimilarity === null ? "none" : formatNumber(scores.structuralSimilarity)
    }`,
    ...draws === undefined ? [] : [
      `over ${draws.count} other draws of labels (macro+micro)/2 mean ${
        formatNumber(draws.mean)
      }  sd ${formatNumber(draws.standardDeviation)}  worst ${formatNumber(draws.worst)}`,
    ],
  ];
}

/** `runs/NAME`, or with a number where that is taken, so that a second run needs no flag. */
function freeName(train: string): string {
  const name = train.split(/[\\/]/).filter((part) => part !== "").at(-1)!
    .replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "-");
  for (let i = 1;; i++) {
    const path = i === 1 ? `runs/${name}` : `runs/${name}-${i}`;
    try {
      Deno.lstatSync(path);
    } catch {
      return path;
    }
  }
}

if (import.meta.main) {
  await runCommand(program, {
    args: Deno.args,
    print: console.log,
    status: Deno.stderr,
    exit: Deno.exit,
  });
}
