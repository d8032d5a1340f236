import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
// Registers the gradient of every kernel, which tfjs-core does not do by itself here.
import "@tensorflow/tfjs-layers";

// Without this every start prints an advertisement for native packages.
tf.enableProdMode();

/**
 * The eager TensorFlow.js backends, by the name that `--backend` takes, each with what loads it.
 * One that is not asked for is not loaded.
 */
export const BACKENDS: Readonly<Record<string, () => Promise<unknown>>> = {
  cpu: () => Promise.resolve(),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
};

/** Makes a TensorFlow.js backend the active one. */
export async function useBackend(name: keyof typeof BACKENDS): Promise<void> {
  await BACKENDS[name]();
  await tf.setBackend(name);
  await tf.ready();
}
