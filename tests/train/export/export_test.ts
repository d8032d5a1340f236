import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { encodeModel, type Graph, type Model as OnnxModel } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import type { NdArray } from "../../../lib/array/ndarray.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { EXPORT_OPSET, exportModel } from "../../../train/export/export.ts";
import { buildVae, type Model, type VaeOptions } from "../../../train/models/mod.ts";
import { blobs } from "../core/step_case.ts";
import { take } from "../../../lib/array/rows.ts";

await useBackend("cpu");

const images = blobs(40);

const CASES: VaeOptions[] = [
  { hidden: [16, 8], seed: 3 },
  { hidden: [16], latentDim: 5, reconstruction: "gaussian" },
];

async function runOnnx(
  model: OnnxModel,
  inputs: Record<string, NdArray>,
): Promise<Record<string, NdArray>> {
  const session = await createSession(model, { threads: 1 });
  const outputs = await session.run(inputs);
  await session.release();
  return outputs;
}

/** The largest difference of an array from a tensor of the same shape. */
async function differenceOf(actual: NdArray, expected: tf.Tensor): Promise<number> {
  assertEquals(actual.shape, expected.shape);
  const values = await expected.data();
  return (actual.data as Float32Array).reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - values[i])),
    0,
  );
}

for (const options of CASES) {
  const latentDim = options.latentDim ?? 2;

  Deno.test(`exportModel() gives graphs of any batch size that equal TensorFlow.js (${latentDim} latent)`, async () => {
    const model = buildVae([8, 8, 1], options);
    const { encoder, decoder, exportCheck } = await exportModel(model, { images });
    for (const count of [1, 2, 40]) {
      const batch = toFloat32(take(images, Array.from({ length: count }, (_, i) => i)));
      const tensor = tf.tensor4d(batch.data, [count, 8, 8, 1]);
      const { zMean, zLogVar } = model.encode(tensor);
      const encoded = await runOnnx(encoder, { images: batch });
      assert(await differenceOf(encoded.z_mean, zMean) <= 1e-6);
      assert(await differenceOf(encoded.z_log_var, zLogVar) <= 1e-6);
      const decoded = await runOnnx(decoder, { z: encoded.z_mean });
      assert(await differenceOf(decoded.images, model.decode(zMean)) <= 1e-6);
    }
    assertEquals(Object.keys(exportCheck), ["encoder.onnx", "decoder.onnx"]);
    for (const difference of Object.values(exportCheck)) assert(difference <= 1e-6);
  });
}

Deno.test("exportModel() names inputs, outputs and itself, and carries the metadata", async () => {
  const metadata = { seed: "3", who: "a test" };
  const { encoder, decoder } = await exportModel(buildVae([8, 8, 1], CASES[0]), {
    images,
    metadata,
  });
  const signature = ({ inputs, outputs }: Graph) =>
    [...inputs, ...outputs].map(({ name, dtype, shape }) => `${name}: ${dtype}[${shape}]`);
  assertEquals(signature(encoder.graph), [
    "images: float32[batch,8,8,1]",
    "z_mean: float32[batch,2]",
    "z_log_var: float32[batch,2]",
  ]);
  assertEquals(signature(decoder.graph), ["z: float32[batch,2]", "images: float32[batch,8,8,1]"]);
  for (const { opset, metadata: carried, description, graph } of [encoder, decoder]) {
    assert(opset >= 17 && opset === EXPORT_OPSET);
    assertEquals(carried, metadata);
    assert(description!.includes("8x8x1") && description!.includes("2 latent variables"));
    assert(graph.nodes.every(({ opType, domain }) => domain === "" && !/Random|Norm/.test(opType)));
  }
});

Deno.test("exportModel() gives the same bytes again, whatever models stand beside", async () => {
  const bytes = async () => {
    const { encoder, decoder } = await exportModel(buildVae([8, 8, 1], CASES[0]), { images });
    return [encodeModel(encoder), encodeModel(decoder)];
  };
  assertEquals(await bytes(), await bytes());
});

Deno.test("exportModel() takes the weights of that moment", async () => {
  const model = buildVae([8, 8, 1], CASES[0]);
  const { encoder } = await exportModel(model, { images });
  const before = encodeModel(encoder);
  for (const weight of model.networks.encoder.weights) {
    const variable = weight.read() as tf.Variable;
    variable.assign(tf.zerosLike(variable));
  }
  assertEquals(encodeModel(encoder), before);
  const changed = encodeModel((await exportModel(model, { images })).encoder);
  assert(changed.some((byte, i) => byte !== before[i]));
});

Deno.test("exportModel() leaves no tensor behind", async () => {
  const model = buildVae([8, 8, 1], CASES[0]);
  // The first run makes what TensorFlow.js keeps for good.
  await exportModel(model, { images });
  const before = tf.memory().numTensors;
  await exportModel(model, { images });
  assertEquals(tf.memory().numTensors, before);
});

/** A model whose encoder says something else whenever it is asked. */
function fickleModel(difference: number): Model {
  const model = buildVae([8, 8, 1], CASES[0]);
  let asked = 0;
  return {
    ...model,
    encode(images) {
      const { zMean, zLogVar } = model.encode(images);
      // Two recordings come first; what is compared with them is another function.
      const off = asked++ < 2 ? 0 : difference;
      return { zMean, zLogVar: tf.add(zLogVar, off) };
    },
  };
}

Deno.test("exportModel() throws if an output differs from TensorFlow.js by more than 1e-4", async () => {
  await assertRejects(
    () => exportModel(fickleModel(2e-4), { images }),
    Error,
    'Cannot export "encoder": its output "z_log_var" differs from TensorFlow.js by 0.0002',
  );
  await assertRejects(
    () => exportModel(fickleModel(NaN), { images }),
    Error,
    'its output "z_log_var" differs from TensorFlow.js by NaN, at most 0.0001 is allowed',
  );
  const { exportCheck } = await exportModel(fickleModel(5e-5), { images });
  assert(exportCheck["encoder.onnx"] > 4e-5 && exportCheck["encoder.onnx"] < 6e-5);
});
