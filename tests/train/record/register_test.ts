import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { BACKEND_NAME, recordingBackend } from "../../../train/record/mod.ts";
import { recordedTensor } from "../../../train/record/register.ts";

Deno.test("every kernel that the cpu backend has is registered, by a rule or to say that it has none", async () => {
  await import("@tensorflow/tfjs-backend-cpu");
  const names = (backend: string) =>
    tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
  const own = new Set(names(BACKEND_NAME));
  assert(own.size > 150);
  assertEquals(names("cpu").filter((name) => !own.has(name)), []);
});

Deno.test("a kernel that gives an input back shares its data", async () => {
  await tf.setBackend(BACKEND_NAME);
  const x = tf.tensor1d([1, 2]);
  const y = tf.engine().runKernel("Reshape", { x }, { shape: [2] }) as tf.Tensor;
  assertEquals(y.dataId, x.dataId);
  assertEquals(recordingBackend.refCount(x.dataId), 2);
  assertEquals(recordedTensor(y).shape, [2]);
  tf.dispose([x, y]);
});
