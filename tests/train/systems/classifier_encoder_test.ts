import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { encodeModel } from "../../../lib/onnx/mod.ts";
import type { Run } from "../../../lib/run/run_folder.ts";
import { optionDefaults } from "../../../lib/command/flags.ts";
import { permute } from "../../../lib/array/permute.ts";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { namedVariables } from "../../../train/core/variables.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { writeTrained } from "../../../train/run/write_trained.ts";
import { autoencoder } from "../../../train/systems/autoencoder.ts";
import { classifier } from "../../../train/systems/classifier.ts";
import { openEncoder, rebuildEncoder } from "../../../train/systems/classifier_encoder.ts";
import { inFolder } from "../../command_line.ts";
import { checkTrained, open, part, sides } from "./tiny_system.ts";
import { relativeError } from "../core/step_case.ts";
import * as tf from "@tensorflow/tfjs-core";

const all = sides(120);
const data = { train: part(all, 0, 80), validation: part(all, 80, 100), test: part(all, 100, 120) };
const common = { batchSize: 16, session: { threads: 1 } };

/** Writes the run of an autoencoder of 8x8 images. */
async function writeRun(dir: string, options: { network: "mlp" | "conv"; latentDim?: number }) {
  const own = { ...options, hidden: [12], filters: [4, 6], epochs: 2 };
  const images = {
    train: data.train.images,
    validation: undefined,
    test: data.test.images,
  };
  const trained = await trainSystem(autoencoder, images, { ...common, options: own });
  await writeTrained(`${dir}/run`, trained, {
    system: "autoencoder",
    prepared: { data: images, scale: 255, classNames: undefined, warnings: [] },
    seed: 0,
    options: { ...optionDefaults(autoencoder.options), ...own } as Run["manifest"]["options"],
    command: [],
  });
  return trained;
}

for (const network of ["mlp", "conv"] as const) {
  Deno.test(`a head on the frozen encoder of a run learns, and leaves it as it is (${network})`, async () => {
    await inFolder(async (dir) => {
      const encoder = await writeRun(dir, { network, latentDim: network === "mlp" ? 3 : 0 });
      const trained = await trainSystem(classifier, data, {
        ...common,
        options: { encoder: `${dir}/run`, hidden: [8], epochs: 12, learningRate: 0.03, dropout: 0 },
      });
      checkTrained(trained, trained.history.length);
      assertEquals([...new Set(trained.layers.map(({ network }) => network))], ["head"]);
      assertEquals(Object.keys(trained.models), ["classifier.onnx", "classifier_uint8.onnx"]);
      assert(trained.metrics.classification!.accuracy >= 0.9);
      const classifying = await open(trained, "classifier.onnx");
      const { label } = await classifying.run({ images: toFloat32(data.test.images) });
      assertEquals([...label.data].map(Number), [...data.test.labels]);
      await classifying.release();
      // The weights of the encoder are part of the classifier.
      const bytes = encodeModel(trained.models["classifier.onnx"]).length;
      assert(bytes > encodeModel(encoder.models["encoder.onnx"]).length);
    });
  });
}

Deno.test("the rebuilt network of an encoder gives what encoder.onnx gives, and is fine-tuned", async () => {
  await inFolder(async (dir) => {
    const { models } = await writeRun(dir, { network: "conv", latentDim: 0 });
    const encoder = await openEncoder(`${dir}/run`, [8, 8, 1]);
    const rebuilt = rebuildEncoder(encoder);
    const images = toFloat32(data.test.images);
    const session = await open({ models } as never, "encoder.onnx");
    const { z } = await session.run({ images });
    await session.release();
    const found = tf.tidy(() =>
      (rebuilt.apply(tf.tensor(images.data, [...images.shape])) as tf.Tensor).dataSync()
    );
    assert(relativeError(found, z.data as Float32Array) < 1e-5);
    const [[name, weight]] = Object.entries(namedVariables({ rebuilt }));
    const [before, { shape }] = [weight.dataSync().slice(), weight];
    rebuilt.dispose();
    const trained = await trainSystem(classifier, data, {
      ...common,
      options: { encoder: `${dir}/run`, fineTune: true, hidden: [8], epochs: 3, patience: 0 },
    });
    checkTrained(trained, 3);
    // Stored as convolutions read it, [out, in, height, width].
    const stored = trained.models["grad_cam.onnx"].graph.initializers.get(name)!;
    const after = permute(stored, [2, 3, 1, 0]);
    assertEquals(after.shape, shape);
    assert(relativeError(after.data as Float32Array, before as Float32Array) > 1e-3);
    assert("grad_cam.onnx" in trained.models);
  });
});

Deno.test("encoders that do not fit are named in one sentence", async () => {
  await inFolder(async (dir) => {
    await writeRun(dir, { network: "mlp", latentDim: 2 });
    const error = await assertRejects(
      () => openEncoder(`${dir}/run`, [16, 16, 3]),
      InputError,
    );
    assertMatch(error.message, /takes images of 8x8x1, the training images are 16x16x3; --size/);
    const encoder = await openEncoder(`${dir}/run`, [8, 8, 1]);
    const { run, model } = encoder;
    const manifest = { ...run.manifest, system: "vae" };
    await assertRejects(
      () => Promise.resolve().then(() => rebuildEncoder({ model, run: { ...run, manifest } })),
      InputError,
      "it is of --model vae, one of autoencoder is needed, or no --fine-tune",
    );
    await assertRejects(
      () => trainSystem(classifier, data, { ...common, options: { fineTune: true } }),
      InputError,
      "Cannot use --fine-tune without --encoder",
    );
  });
});
