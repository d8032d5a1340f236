import { assert, assertEquals } from "@std/assert";
import { cpuUsage } from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import type { EngineName } from "../../train/core/engines/mod.ts";
import { recordingBackend } from "../../train/record/mod.ts";
import { trainSystem } from "../../train/run/train_system.ts";
import { vae } from "../../train/systems/vae.ts";
import { vqVae } from "../../train/systems/vq_vae.ts";
import { collectGarbage } from "../collect_garbage.ts";
import { part, sides } from "../train/systems/tiny_system.ts";

const COUNT = 50;
// TensorFlow.js remembers the layers of the last 100 networks, some 30 kB each.
tf.env().set("TOPOLOGICAL_SORT_CACHE_MAX_ENTRIES", 1);
const all = sides(32);
const common = { batchSize: 16, session: { threads: 1 } };

const TRAININGS: Readonly<Record<string, (engine: EngineName) => Promise<unknown>>> = {
  vae: (engine) =>
    trainSystem(vae, {
      train: all.images,
      validation: part(all, 0, 16).images,
      labelled: part(all, 0, 8),
      test: part(all, 8, 24),
      labelSamples: [],
    }, {
      ...common,
      engine,
      options: { hidden: [8], latentDim: 2, epochs: 2, clusterEpochs: 1 },
    }),
  "vq-vae": (engine) =>
    trainSystem(vqVae, { train: all.images, validation: undefined, test: undefined }, {
      ...common,
      engine,
      options: { filters: [2], codes: 3, codeDim: 2, epochs: 1 },
    }),
};

/** What is held after a training, and what it cost. */
interface Measured {
  readonly held: Record<string, number>;
  readonly heapMegabytes: number;
  readonly residentMegabytes: number;
  /** Of the processor: other programs do not add to it. */
  readonly milliseconds: number;
}

async function measure(train: () => Promise<unknown>): Promise<Measured> {
  const before = cpuUsage();
  await train();
  const { user, system } = cpuUsage(before);
  collectGarbage();
  const { numTensors, numDataBuffers } = tf.memory();
  const { heapUsed, rss } = Deno.memoryUsage();
  return {
    held: {
      tensors: numTensors,
      buffers: numDataBuffers,
      variables: Object.keys(tf.engine().registeredVariables).length,
      recorded: recordingBackend.numDataIds(),
      sessions: recordingBackend.sessionCount,
    },
    heapMegabytes: heapUsed / 1e6,
    residentMegabytes: rss / 1e6,
    milliseconds: (user + system) / 1000,
  };
}

for (
  const [name, engine] of [["vae", "onnx"], ["vq-vae", "onnx"], ["vq-vae", "native"]] as const
) {
  Deno.test(`${COUNT} trainings in one process (${name}, ${engine}): the last is as the second`, async () => {
    const measured: Measured[] = [];
    for (let i = 0; i < COUNT; i++) measured.push(await measure(() => TRAININGS[name](engine)));
    const [, second] = measured;
    const last = measured.at(-1)!;
    assertEquals(last.held, second.held);
    assert(
      last.heapMegabytes < second.heapMegabytes + 3,
      `${second.heapMegabytes} MB of heap after the second training, ${last.heapMegabytes} after the last`,
    );
    // Compiled code and the allocator's pools grow at first.
    const settled = measured[COUNT / 2 - 1].residentMegabytes;
    assert(
      last.residentMegabytes < settled + 8,
      `${settled} MB after half of the trainings, ${last.residentMegabytes} after the last`,
    );
    const costs = measured.map(({ milliseconds }) => milliseconds);
    // The least of each: other programs, which share caches, make some dearer, and age would all.
    const [early, late] = [Math.min(...costs.slice(1, 11)), Math.min(...costs.slice(-10))];
    assert(late < 1.25 * early, `${early} ms a training at first, ${late} at last`);
  });
}
