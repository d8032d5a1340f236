import { assert, assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { convert } from "../../../train/convert/convert.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { inFolder } from "../../command_line.ts";
import "../seeded_weights.ts";
import { cnn, PRODUCT, writeGraphModel, writeLayersModel } from "./saved_models.ts";

await useBackend("cpu");

Deno.test("convert() of a graph model keeps names, computed shapes and 8-bit weights", async () => {
  await inFolder(async (dir) => {
    await writeGraphModel(dir);
    const { exported: { model: { graph }, difference }, bytes } = await convert(
      dir,
      `${dir}/a.onnx`,
    );
    const signature = [...graph.inputs, ...graph.outputs].map(({ name, shape }) => [name, shape]);
    assertEquals(signature, [["x", ["batch", 4]], ["y", ["batch", 2, 3]]]);
    assertEquals(graph.initializers.get("w/uint8")?.data.length, 24);
    assert(difference < 1e-6);
    assertEquals(bytes, (await Deno.stat(`${dir}/a.onnx`)).size);
    const session = await createSession(`${dir}/a.onnx`);
    const x = ndarray("float32", [3, 4], Float32Array.from({ length: 12 }, (_, i) => i));
    const { y } = await session.run({ x });
    await session.release();
    assertEquals(y.shape, [3, 2, 3]);
    const last = [0, 1, 2, 3].reduce((sum, i) => sum + x.data[8 + i] * PRODUCT[i * 6 + 5], 0);
    assert(Math.abs(Number(y.data[17]) - last) < 1e-5);
  });
});

Deno.test("convert() of a layers model with 16-bit weights takes half of their bytes", async () => {
  await inFolder(async (dir) => {
    const model = cnn();
    await writeLayersModel(dir, model, { float16: true });
    model.dispose();
    const { exported: { model: { graph } } } = await convert(dir, `${dir}/a.onnx`);
    const stored = [...graph.initializers].filter(([, { dtype }]) => dtype === "float16");
    assertEquals(stored.length, 4);
  });
});

Deno.test("convert() computes other nodes, names inputs, and skips the comparison on request", async () => {
  await inFolder(async (dir) => {
    await writeGraphModel(dir);
    const { exported: { model, differences } } = await convert(dir, `${dir}/a.onnx`, {
      inputs: ["features"],
      outputs: ["product"],
      shapes: { x: { shape: [2, 4] } },
      opset: 21,
      check: false,
    });
    const { inputs, outputs } = model.graph;
    assertEquals([inputs[0].name, inputs[0].shape, outputs[0].name], [
      "features",
      [2, 4],
      "product",
    ]);
    assertEquals([model.opset, differences], [21, []]);
    await assertRejects(
      () => convert(dir, `${dir}/b.onnx`, { shapes: { images: { shape: [1] } } }),
      InputError,
      'it has no input "images", its inputs are x',
    );
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 3);
  });
});
