import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../train/tfjs/backends.ts";
import { nativeBinding } from "../../train/tfjs/node/register_backend.ts";
import { probeBinding } from "../../train/tfjs/node/probe_binding.ts";
import { chooseEngine } from "../../train/core/engines/choose_engine.ts";

await useBackend("tensorflow");

Deno.test("probeBinding() says that the binding works, with its libtensorflow", async () => {
  const { works, gpu, libtensorflow, reason } = await probeBinding();
  assert(works, reason);
  assertEquals(libtensorflow, nativeBinding().TF_Version);
  assertEquals(gpu, nativeBinding().isUsingGpuDevice());
  assertEquals(reason === undefined, gpu);
});

Deno.test("the binding computes for the tensors of the one tfjs-core there is", async () => {
  assertEquals(tf.getBackend(), "tensorflow");
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const before = nativeBinding().getNumOfTensors();
  const product = tf.matMul(x, x, false, true);
  assert(product instanceof tf.Tensor);
  assertEquals(nativeBinding().getNumOfTensors(), before + 2);
  assertEquals([...await product.data()], [5, 11, 11, 25]);
  tf.dispose([x, product]);
  assertEquals(nativeBinding().getNumOfTensors(), before);
});

Deno.test("the package's kernels are in the registry that Glimpse's gradients use", async () => {
  const names = tf.getKernelsForBackend("tensorflow").map(({ kernelName }) => kernelName);
  assert(names.length > 150, `${names.length} kernels`);
  const x = tf.tensor1d([1, -2, 3]);
  const gradient = tf.grad((x) => tf.sum(tf.mul(tf.relu(x), x)))(x);
  assertEquals([...await gradient.data()], [2, 0, 6]);
  tf.dispose([x, gradient]);
});

Deno.test("--engine auto takes tfjs-node-gpu exactly if its binding sees a GPU", async () => {
  const { name, reason } = await chooseEngine("auto");
  const gpu = nativeBinding().isUsingGpuDevice();
  assertEquals(name === "tfjs-node-gpu", gpu);
  if (gpu) assert(reason!.includes(`libtensorflow ${nativeBinding().TF_Version} sees a GPU`));
});
