import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { take } from "../../../lib/array/rows.ts";
import type { OptionTable, OptionValues } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { encodeModel } from "../../../lib/onnx/proto.ts";
import { useDisk } from "../../../lib/runtime/disk_memory.ts";
import type { DataByNeed, Need } from "../../../train/data/roles.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { autoencoder } from "../../../train/systems/autoencoder.ts";
import { classifier } from "../../../train/systems/classifier.ts";
import { dcgan } from "../../../train/systems/dcgan.ts";
import { fewLabels } from "../../../train/systems/few_labels.ts";
import { defineSystem, type System } from "../../../train/systems/system.ts";
import { vae } from "../../../train/systems/vae.ts";
import { vqVae } from "../../../train/systems/vq_vae.ts";
import { openPartial } from "../../../train/run/partial_run.ts";
import { inFolder } from "../../command_line.ts";
import { sides } from "../systems/tiny_system.ts";

const data = { train: sides(32).images, validation: undefined, test: undefined };
const common = { batchSize: 16, session: { threads: 1 } };
const options = { filters: [2], codes: 3, codeDim: 2, epochs: 1 };

Deno.test("trainSystem() gives the same bytes for the same seed, and others for another", async () => {
  const train = async (seed: number) => {
    const { models } = await trainSystem(vqVae, data, { ...common, options, seed });
    return encodeModel(models["decoder.onnx"]);
  };
  const first = await train(0);
  assertEquals(await train(0), first);
  assertEquals((await train(1)).join() === first.join(), false);
});

Deno.test("trainSystem() trains a smaller last batch too where it is not dropped, compiled as recorded", async () => {
  const train = async (system: System, given: object, engine: "onnx" | "native") => {
    const { images, labels } = sides(40);
    const steps = new Set<number>();
    const { history } = await trainSystem(system, {
      train: system.needs === "labels" ? { images, labels } : images,
    } as never, {
      ...common,
      options: { epochs: 2, filters: [2], ...given } as never,
      dropRemainder: false,
      engine,
      onProgress: (progress) => steps.add(progress.steps),
    });
    assertEquals([...steps], [3]);
    return history.map(({ loss, generatorLoss }) => Number(loss ?? generatorLoss));
  };
  const small = { hidden: [8], latentDim: 2 };
  const trainings: readonly (readonly [System, object])[] = [
    [autoencoder as System, { ...small, schedule: "one-cycle" }],
    [vqVae as System, { codes: 3, codeDim: 2, schedule: "cosine" }],
    [dcgan as System, { latentDim: 2 }],
    [classifier as System, { hidden: [8], augment: false, dropout: 0 }],
  ];
  for (const [system, given] of trainings) await train(system, given, "onnx");
  const [system, given] = trainings.at(-1)!;
  const [onnx, native] = [await train(system, given, "onnx"), await train(system, given, "native")];
  onnx.forEach((loss, i) => assertAlmostEquals(loss, native[i], 1e-3 * loss));
});

/** Images and labels of {@linkcode sides}, allocated anew. */
function allocated(count: number) {
  const { images, labels } = sides(count);
  const rows = Array.from({ length: count }, (_, row) => row);
  return { images: take(images, rows), labels };
}

Deno.test("systems train to the same bytes from images on disk as from memory", async () => {
  const train = async <O extends OptionTable, N extends Need>(
    system: System<O, N>,
    options: Partial<OptionValues<O>>,
  ) => {
    const all = allocated(64);
    const data = {
      train: system.needs === "labels" ? all : all.images,
      validation: system.needs === "labels" ? allocated(16) : allocated(16).images,
      labelled: allocated(8),
      test: system.needs === "images" ? allocated(16).images : allocated(16),
      labelSamples: [],
    } as unknown as DataByNeed[N];
    const { models } = await trainSystem(system, data, { ...common, options });
    return Object.entries(models).map(([name, model]) => [name, encodeModel(model).join()]);
  };
  const small = { hidden: [8], latentDim: 2, epochs: 2, clusterEpochs: 1 };
  const trainings: (() => Promise<string[][]>)[] = [
    () => train(vae, small),
    () => train(vqVae, options),
    () => train(dcgan, { epochs: 1, filters: [2], latentDim: 2 }),
    () => train(classifier, { epochs: 2, filters: [2, 2] }),
    () => train(fewLabels, { effort: 0.02 }),
  ];
  for (const train of trainings) {
    const fromMemory = await train();
    await inFolder(async (dir) => {
      let uses = 0;
      using _ = useDisk(dir, { bytes: 512, onUse: () => uses++ });
      assertEquals(await train(), fromMemory);
      assertEquals(uses, Deno.build.os === "windows" ? 0 : 1);
    });
  }
});

Deno.test("trainSystem() stops before training if there are too many parameters", async () => {
  let epochs = 0;
  await assertRejects(
    () =>
      trainSystem(vqVae, data, {
        ...common,
        options,
        maxParams: 10,
        onEpochEnd: () => epochs++,
      }),
    InputError,
    "10",
  );
  assertEquals(epochs, 0);
});

Deno.test("trainSystem() gives the last good epoch of a training that diverges, and says so", async () => {
  await inFolder(async (dir) => {
    const described = { system: "x", data: "", options: {} };
    const partial = await openPartial(`${dir}/run`, described, { share: 1 });
    const diverging = defineSystem({
      ...vqVae,
      run: (data, options, context) =>
        vqVae.run(data, options, {
          ...context,
          stepsPerEpoch: (count) => context.stepsPerEpoch(count),
          choose: (...given) => context.choose(...given),
          checkNetworks: (networks) => context.checkNetworks(networks),
          showProgress: (...given) => context.showProgress(...given),
          export: (...given) => context.export(...given),
          train: (step, feed, phase) =>
            // Two steps an epoch: the fourth epoch diverges.
            context.train(step, {
              ...feed,
              scalars: { ...feed.scalars, learningRate: (at) => at < 6 ? 1e-3 : NaN },
            }, phase),
        }),
    });
    const run = (epochs: number, given = {}) =>
      trainSystem(diverging, data, { ...common, options: { ...options, epochs }, ...given });
    const trained = await run(9, { partial });
    const last = trained.history.length;
    assertEquals(last, 3);
    const [warning] = trained.warnings!;
    assert(warning.includes(`in epoch ${last + 1}, try a smaller learning rate; `), warning);
    assert(warning.endsWith(`the models are those of epoch ${last}`), warning);
    assertEquals(trained.stoppedEarly, true);
    const whole = await run(3);
    for (const name of Object.keys(whole.models)) {
      assertEquals(encodeModel(trained.models[name]), encodeModel(whole.models[name]));
    }
    await partial.remove();
  });
});

Deno.test("trainSystem() keeps exported models where what follows fails", async () => {
  await inFolder(async (dir) => {
    const partial = await openPartial(`${dir}/run`, { system: "x", data: "", options: {} }, {});
    const failing = defineSystem({
      ...vqVae,
      async run(...given) {
        await vqVae.run(...given);
        throw new InputError("Cannot score: broken");
      },
    });
    await assertRejects(
      () => trainSystem(failing, data, { ...common, options, partial }),
      InputError,
      "Cannot score: broken",
    );
    assertEquals([await partial.epoch(), partial.models()], [1, ["decoder.onnx", "encoder.onnx"]]);
    await partial.remove();
  });
});
