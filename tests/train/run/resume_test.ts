import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { encodeModel } from "../../../lib/onnx/mod.ts";
import type { EngineName } from "../../../train/core/engines/mod.ts";
import { openPartial } from "../../../train/run/partial_run.ts";
import { type Trained, trainSystem } from "../../../train/run/train_system.ts";
import { autoencoder } from "../../../train/systems/autoencoder.ts";
import { classifier } from "../../../train/systems/classifier.ts";
import { cvae } from "../../../train/systems/cvae.ts";
import { dcgan } from "../../../train/systems/dcgan.ts";
import { fewLabels } from "../../../train/systems/few_labels.ts";
import type { System } from "../../../train/systems/system.ts";
import { vae } from "../../../train/systems/vae.ts";
import { vqVae } from "../../../train/systems/vq_vae.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { inFolder, namesIn } from "../../command_line.ts";
import { part, sides } from "../systems/tiny_system.ts";

const all = sides(100);
const unlabelled = {
  train: part(all, 10, 58).images,
  validation: part(all, 58, 78).images,
  test: part(all, 78, 100),
};
const few = { ...unlabelled, labelled: part(all, 0, 10), labelSamples: [] };
const full = {
  train: part(all, 0, 58),
  validation: part(all, 58, 78),
  test: part(all, 78, 100),
};

const ONE: readonly EngineName[] = ["onnx"];

interface Case {
  name: string;
  system: System;
  data: unknown;
  options: Record<string, number | readonly number[]>;
  engines?: readonly EngineName[];
  /** Epochs to stop after. @default {all} */
  stops?: readonly number[];
}

const cases: readonly Case[] = [
  {
    name: "vae",
    system: vae as System,
    data: few,
    options: { hidden: [8], epochs: 3, clusterEpochs: 2, learningRate: 5e-3, patience: 2 },
    engines: ["onnx", "tfjs"],
    stops: [1, 3, 4],
  },
  {
    name: "vq-vae",
    system: vqVae as System,
    data: { ...unlabelled, test: unlabelled.test.images },
    options: { filters: [2], residualBlocks: 0, codes: 3, codeDim: 2, epochs: 3 },
    engines: ["onnx", "tfjs"],
  },
  {
    name: "autoencoder",
    system: autoencoder as System,
    data: { ...unlabelled, test: unlabelled.test.images },
    options: { epochs: 3, latentDim: 3, corruption: 0.3 },
    stops: [2],
  },
  {
    name: "cvae",
    system: cvae as System,
    data: full,
    options: { hidden: [8], latentDim: 2, epochs: 3 },
    stops: [2],
  },
  {
    name: "dcgan",
    system: dcgan as System,
    data: unlabelled,
    options: { latentDim: 3, filters: [4, 8], epochs: 3 },
  },
  {
    name: "classifier",
    system: classifier as System,
    data: full,
    // A rate at which the validation loss soon rises: early stopping is part of what is resumed.
    options: { filters: [4], epochs: 6, patience: 2, learningRate: 0.1 },
  },
  {
    name: "few-labels",
    system: fewLabels as System,
    data: { ...few, validation: undefined },
    options: { effort: 0.05 },
    stops: [3],
  },
];

/** All that a training leaves in its run folder, but for times. */
function resultOf(trained: Trained) {
  const { models, metrics, examples, latents, files, history, warnings, exportCheck } = trained;
  const logs = history.map(({ imagesPerSecond: _, ...log }) => log);
  const bytes = Object.fromEntries(
    Object.entries(models).map(([name, model]) => [name, encodeModel(model)]),
  );
  const { stoppedEarly } = trained;
  return { bytes, metrics, examples, latents, files, logs, warnings, exportCheck, stoppedEarly };
}

for (const { name, system, data, options, stops, engines = ONE } of cases) {
  for (const engine of engines) {
    Deno.test(`${name} that is stopped and resumed ends with the same bytes (${engine})`, async () => {
      await inFolder(async (dir) => {
        const out = `${dir}/run`;
        const run = async (resume: boolean, stopAfter = Infinity) => {
          const described = { system: name, data: "hash", options: {} };
          const partial = await openPartial(out, described, { resume, share: 1 });
          try {
            return await trainSystem(system, data as never, {
              options,
              batchSize: 16,
              session: { threads: 1 },
              engine,
              partial,
              onEpochEnd: ({ epoch }) => {
                if (epoch === stopAfter) throw new Error("stopped");
              },
            });
          } finally {
            if (stopAfter === Infinity) await partial.remove();
            else partial.close();
          }
        };
        await useBackend("cpu");
        const { numTensors } = tf.memory();
        const whole = await run(false);
        const epochs = whole.history.length;
        assert(epochs > 1, `${epochs} epochs`);
        // Each goes on from the one before: a fault of any is in the bytes of the last.
        for (const [i, stopAfter] of (stops ?? whole.history.map(({ epoch }) => epoch)).entries()) {
          await assertRejects(() => run(i > 0, stopAfter), Error, "stopped");
          assertEquals(tf.memory().numTensors, numTensors, "tensors are left behind");
        }
        assertEquals(resultOf(await run(true)), resultOf(whole));
        assertEquals(namesIn(dir), []);
        assertEquals(tf.memory().numTensors, numTensors, "tensors are left behind");
      });
    });
  }
}
