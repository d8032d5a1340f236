import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { BASE_OPSET, GraphBuilder } from "../../../lib/onnx/mod.ts";
import { InputError } from "../../../lib/input_error.ts";
import { verifyExport } from "../../../train/export/verify_export.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

/** y = scale x. */
function scaled(scale: number) {
  const builder = new GraphBuilder({ name: "scaled" });
  const x = builder.input("x", "float32", ["batch", 2]);
  builder.output("y", builder.op.Mul(x, scale), "float32", ["batch", 2]);
  return { graph: builder.build(), opset: BASE_OPSET };
}

const OPTIONS = {
  fn: ({ x }: Record<string, tf.Tensor>) => ({ y: tf.mul(x, 10) }),
  inputs: { x: { shape: [null, 2] } },
  samples: {},
  tolerance: 1e-4,
};

Deno.test("verifyExport() gives the greatest difference of each output", async () => {
  const model = scaled(10);
  assertEquals((await verifyExport(model, model, OPTIONS)).map(({ name }) => name), ["y"]);
  const other = scaled(10.01);
  const [found] = await verifyExport(other, other, { ...OPTIONS, tolerance: 1e-2 });
  assert(found.relativeDifference > 0.9e-3 && found.relativeDifference < 1.1e-3);
});

Deno.test("verifyExport() throws if an output differs by more than the tolerance, or is NaN", async () => {
  const other = scaled(10.01);
  await assertRejects(() => verifyExport(other, other, OPTIONS), InputError, 'output "y" by ');
  const samples = { x: ndarray("float32", [1, 2], Float32Array.of(NaN, 1)) };
  const model = scaled(10);
  await assertRejects(
    () => verifyExport(model, model, { ...OPTIONS, samples }),
    Error,
    "in which range numbers make sense",
  );
});

Deno.test("verifyExport() throws if batches of one parity differ", async () => {
  const model = scaled(10);
  for (const parity of [0, 1]) {
    const fn = ({ x }: Record<string, tf.Tensor>) => ({
      y: tf.mul(x, x.shape[0] % 2 === parity ? 11 : 10),
    });
    await assertRejects(() => verifyExport(model, model, { ...OPTIONS, fn }), Error, 'output "y"');
  }
});
