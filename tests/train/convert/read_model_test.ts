import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { basename } from "node:path";
import { InputError } from "../../../lib/input_error.ts";
import { readModel } from "../../../train/convert/read_model.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { inFolder } from "../../command_line.ts";
import "../seeded_weights.ts";
import { cnn, writeGraphModel, writeLayersModel } from "./saved_models.ts";

await useBackend("cpu");

Deno.test("readModel() opens graph models by file or folder, and says how weights are stored", async () => {
  await inFolder(async (dir) => {
    const path = await writeGraphModel(dir);
    for (const from of [path, dir]) {
      const { name, model, quantized } = await readModel(from);
      assertEquals(name, basename(dir));
      assertEquals([...quantized], [["w", { dtype: "uint8", scale: 0.01, min: -1.2 }]]);
      const y = tf.tidy(() => (model.predict(tf.ones([5, 4])) as tf.Tensor).shape);
      assertEquals(y, [5, 2, 3]);
      model.dispose();
    }
  });
});

Deno.test("readModel() opens layers models, whose weights are those that were saved", async () => {
  await inFolder(async (dir) => {
    const saved = cnn();
    await writeLayersModel(dir, saved);
    const { model, quantized } = await readModel(dir);
    assertEquals(quantized.size, 0);
    const weightsOf = (model: tfl.LayersModel) =>
      model.getWeights().map((weight) => [...weight.dataSync()]);
    assertEquals(weightsOf(model as tfl.LayersModel), weightsOf(saved));
    saved.dispose();
    model.dispose();
  });
});

Deno.test("readModel() names what converts models of other formats", async () => {
  for (
    const [path, tool] of [
      ["net.keras", "tensorflowjs_converter"],
      ["net.h5", "--input_format=keras "],
      ["net.tflite", "tf2onnx"],
      ["net.onnx", "it is ONNX"],
    ]
  ) {
    await assertRejects(() => readModel(path), InputError, tool);
  }
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/saved_model.pb`, "");
    await assertRejects(() => readModel(dir), InputError, "--input_format=tf_saved_model");
  });
});

Deno.test("readModel() says what is missing or damaged", async () => {
  await inFolder(async (dir) => {
    await assertRejects(() => readModel(dir), InputError, "the folder holds no model.json");
    await assertRejects(() => readModel(`${dir}/model.json`), InputError, "Cannot read model");
    await Deno.writeTextFile(`${dir}/model.json`, "{");
    await assertRejects(() => readModel(dir), InputError, "it is no JSON");
    await Deno.writeTextFile(`${dir}/model.json`, "[]");
    await assertRejects(() => readModel(dir), InputError, "it has no modelTopology");
    for (const weightsManifest of [3, {}, [null], [{}], [{ paths: [3], weights: [] }]]) {
      const json = JSON.stringify({ modelTopology: {}, weightsManifest });
      await Deno.writeTextFile(`${dir}/model.json`, json);
      await assertRejects(() => readModel(dir), InputError, "its weightsManifest is no list");
    }
    const path = await writeGraphModel(dir);
    await Deno.truncate(`${dir}/weights.bin`, 20);
    await assertRejects(() => readModel(path), InputError, "Cannot read model");
    await Deno.remove(`${dir}/weights.bin`);
    await assertRejects(() => readModel(path), InputError, "Cannot read weights");
  });
});

Deno.test("readModel() says what layers of one's own need", async () => {
  await inFolder(async (dir) => {
    const model = cnn();
    const path = await writeLayersModel(dir, model);
    model.dispose();
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace('"Flatten"', '"MyFlatten"'));
    await assertRejects(() => readModel(path), InputError, 'layer "MyFlatten" is none of');
  });
});
