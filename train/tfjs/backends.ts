import { InputError } from "../../lib/input_error.ts";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
// Registers the gradient of every kernel, which tfjs-core does not do by itself here.
import "@tensorflow/tfjs-layers";

// Without this every start prints an advertisement for native packages.
tf.enableProdMode();

// Recurrent layers call ops as methods of tensors. tfjs-core has such methods in files that Deno
// cannot import, as their own imports lack the file's ending; its ops are known by their names.
const ops = Object.entries(tf).filter(([, value]) =>
  typeof value === "function" && value.name.endsWith("__op")
) as unknown as [string, (x: tf.Tensor, ...options: unknown[]) => tf.Tensor][];
for (const [name, op] of ops) {
  const method = function (this: tf.Tensor, ...options: unknown[]) {
    return op(this, ...options);
  };
  if (!(name in tf.Tensor.prototype)) Object.assign(tf.Tensor.prototype, { [name]: method });
}
Object.assign(tf.Tensor.prototype, {
  flatten(this: tf.Tensor) {
    return tf.reshape(this, [this.size]);
  },
});

/**
 * The eager TensorFlow.js backends, by the name that `--backend` takes, each with what loads it.
 * Each is loaded when it is first used.
 */
export const BACKENDS: Readonly<Record<string, (options: BackendOptions) => Promise<unknown>>> = {
  cpu: () => Promise.resolve(),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  tensorflow: async (options) =>
    (await import("./node/register_backend.ts")).registerTfjsNode(options),
};

/** Options for {@linkcode useBackend}. */
export interface BackendOptions {
  /** Threads that one operation may use, for `tensorflow`; 0 takes every core. @default {0} */
  threads?: number;
}

/**
 * Makes a TensorFlow.js backend the active one.
 *
 * @throws {InputError} If there is none of that name.
 */
export async function useBackend(
  name: keyof typeof BACKENDS,
  options: BackendOptions = {},
): Promise<void> {
  if (!Object.hasOwn(BACKENDS, name)) {
    throw new InputError(
      `Cannot use backend "${name}": there are ${Object.keys(BACKENDS).join(", ")}`,
    );
  }
  await BACKENDS[name](options);
  await tf.setBackend(name);
  await tf.ready();
}
