import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../lib/input_error.ts";
import { quietStderr } from "../../../lib/runtime/quiet_stderr.ts";
import { type Binding, type BindingOptions, findBinding } from "./find_binding.ts";
import { restoreLegacyUtil } from "./legacy_util.ts";
import { NO_BINDING } from "./probe_binding.ts";
import { platform } from "../../../lib/platform/platform.ts";

/** The name under which TensorFlow.js knows the backend: the package's kernels insist on it. */
export const TFJS_NODE_BACKEND = "tensorflow";

/** Options for {@linkcode registerTfjsNode}. */
export interface RegisterOptions extends BindingOptions {
  /**
   * Threads that one operation may use; 0 takes every core. libtensorflow reads it once a process.
   * @default {0}
   */
  threads?: number;
}

/** What the addon offers, as far as it is used here. */
export interface NativeBinding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
  /** Tensors that live in libtensorflow. */
  getNumOfTensors(): number;
}

/**
 * Registers the backend `tensorflow` of `@tensorflow/tfjs-node-gpu`, once a process. It shares the
 * one tfjs-core that Glimpse uses, so that tensors and gradients of both are the same.
 *
 * @throws {InputError} If the binding has not been set up.
 */
export async function registerTfjsNode(
  { threads = 0, ...options }: RegisterOptions = {},
): Promise<void> {
  if (tf.findBackendFactory(TFJS_NODE_BACKEND) !== null) return;
  const binding = await findBinding(options);
  if (binding === undefined) {
    throw new InputError(`Cannot use tfjs-node-gpu: ${NO_BINDING.reason}, ${NO_BINDING.fix}`);
  }
  prepareEnvironment(threads);
  const { NodeJSKernelBackend, native } = await requirePackage(binding);
  const backend = new NodeJSKernelBackend(native, "@tensorflow/tfjs-node-gpu");
  tf.registerBackend(TFJS_NODE_BACKEND, () => backend);
}

/** The addon behind the backend that is registered. */
export function nativeBinding(): NativeBinding {
  const backend = tf.engine().findBackend(TFJS_NODE_BACKEND) as unknown as {
    binding: NativeBinding;
  };
  return backend.binding;
}

/** What computes, such as `libtensorflow 2.21.0, CPU`. */
export function describeNative(): string {
  const { TF_Version, isUsingGpuDevice } = nativeBinding();
  return `libtensorflow ${TF_Version}, ${isUsingGpuDevice() ? "GPU" : "CPU"}`;
}

interface RequiredPackage {
  NodeJSKernelBackend: new (binding: NativeBinding, packageName: string) => tf.KernelBackend;
  native: NativeBinding;
}

/**
 * Loads the package's kernels, its backend and the addon. Its main file is left alone: that would
 * load all of `@tensorflow/tfjs`, and look for the addon in its own way.
 */
async function requirePackage({ path, packageFolder }: Binding): Promise<RequiredPackage> {
  restoreLegacyUtil();
  const require = createRequire(`${await platform.realPath(packageFolder)}/package.json`);
  // The package asks for "@tensorflow/tfjs"; what it uses of it is in tfjs-core.
  const id = require.resolve("@tensorflow/tfjs");
  const { default: core } = tf as typeof tf & { default: typeof tf };
  require.cache[id] = Object.assign(Object.create(null), {
    id,
    filename: id,
    loaded: true,
    exports: core,
  });
  require("./dist/register_all_kernels");
  const { NodeJSKernelBackend } = require("./dist/nodejs_kernel_backend");
  // It says how it was built when it is loaded, at whatever level of logging.
  const native = await quietStderr(() => Promise.resolve(require(path)));
  return { NodeJSKernelBackend, native };
}

/** Sets what libtensorflow reads from the environment, except what the user has set. */
function prepareEnvironment(threads: number): void {
  const defaults = {
    // Errors only: what it says otherwise is about its own build.
    TF_CPP_MIN_LOG_LEVEL: "2",
    // Otherwise it takes the whole memory of a GPU, and nothing is left for ONNX Runtime.
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
    ...threads === 0 ? {} : { TF_NUM_INTRAOP_THREADS: String(threads) },
  };
  for (const [variable, value] of Object.entries(defaults)) {
    const { state } = platform.permissions.querySync({ name: "env", variable });
    if (state === "granted" && platform.env.get(variable) === undefined) {
      platform.env.set(variable, value);
    }
  }
}
