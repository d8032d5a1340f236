import { missingForCuda } from "./device_cuda.ts";
import type { Machine, Missing } from "./device_needs.ts";

/** Where ONNX Runtime can run a model, by the name that `--device` takes. */
export type DeviceName = "cpu" | "cuda" | "webgpu" | "coreml" | "directml";

/** What `--device` takes: a name, or `auto` for the best that works. */
export type DeviceChoice = DeviceName | "auto";

/** A place where models run. */
export interface Device {
  /** What ONNX Runtime's sessions call it. */
  readonly backend: string;
  /** What ONNX Runtime's profiles call it. */
  readonly provider: string;
  /** What it is, for people. */
  readonly title: string;
  /** The platforms that `onnxruntime-node` has it for. */
  readonly platforms: string;
  /** What to do if nothing is missing, and yet no model runs on it. */
  readonly advice: string;
  /** What it needs and the machine lacks, the hardware's driver first; nothing is run on it. */
  missing(machine: Machine): AsyncGenerator<Missing>;
}

/** Every device, and all that is known of it. */
export const DEVICES: Readonly<Record<DeviceName, Device>> = {
  cpu: {
    backend: "cpu",
    provider: "CPUExecutionProvider",
    title: "the processor",
    platforms: "every platform",
    advice: "this is a bug in Glimpse",
    missing: nothing,
  },
  cuda: {
    backend: "cuda",
    provider: "CUDAExecutionProvider",
    title: "NVIDIA GPUs by CUDA",
    platforms: "Linux on x86_64",
    advice: "see what nvidia-smi says, or take --device cpu",
    missing: missingForCuda,
  },
  webgpu: {
    backend: "webgpu",
    provider: "WebGpuExecutionProvider",
    title: "GPUs by WebGPU: Vulkan, Metal or Direct3D",
    platforms: "Linux on x86_64, macOS and Windows",
    advice: "install a newer driver of your GPU, or take --device cpu",
    missing: missingForWebgpu,
  },
  coreml: {
    backend: "coreml",
    provider: "CoreMLExecutionProvider",
    title: "Apple's Core ML",
    platforms: "macOS",
    advice: "take --device cpu",
    missing: nothing,
  },
  directml: {
    backend: "dml",
    provider: "DmlExecutionProvider",
    title: "GPUs by DirectML",
    platforms: "Windows",
    advice: "install a newer driver of your GPU, or take --device cpu",
    missing: nothing,
  },
};

/** Their names. */
export const DEVICE_NAMES = Object.keys(DEVICES) as DeviceName[];

/** All that `--device` takes. */
export const DEVICE_CHOICES: readonly DeviceChoice[] = ["auto", ...DEVICE_NAMES];

/**
 * What `auto` takes if it works, the best first, before the CPU. WebGPU is taken only by name: where
 * Vulkan is a program (lavapipe, SwiftShader), as on many servers, it is slower than the CPU, and
 * ONNX Runtime does not say which it got. So are Core ML, which computes in half precision, and
 * DirectML: neither has run Glimpse's models yet, and what is taken unasked must be known to work.
 */
export const AUTO_DEVICES: readonly DeviceName[] = ["cuda"];

/** Whether a device can be used here, as far as can be seen. */
export interface DeviceProbe {
  readonly works: boolean;
  /** Whether the hardware and its driver are there, as far as can be seen. */
  readonly hasHardware: boolean;
  /** Why it does not work, as a sentence without a full stop. */
  readonly reason?: string;
  /** The commands or steps that would make it work, likewise. */
  readonly fix?: string;
}

/**
 * Looks for what a device needs, without running anything on it.
 *
 * @param options.all Whether to name all that is missing, not only the first.
 */
export async function detectDevice(
  name: DeviceName,
  machine: Machine,
  { all = true }: { all?: boolean } = {},
): Promise<DeviceProbe> {
  const { backend, platforms, missing } = DEVICES[name];
  if (!machine.backends.includes(backend)) {
    return {
      works: false,
      hasHardware: false,
      reason: `onnxruntime-node has it for ${platforms}, this is ${machine.os} on ${machine.arch}`,
      fix: "take --device cpu or auto",
    };
  }
  const found: Missing[] = [];
  for await (const thing of missing(machine)) {
    found.push(thing);
    if (!all) break;
  }
  const hasHardware = !found.some(({ isHardware }) => isHardware);
  if (found.length === 0) return { works: true, hasHardware };
  return {
    works: false,
    hasHardware,
    reason: found.map(({ reason }) => reason).join(", "),
    fix: [...new Set(found.map(({ fix }) => fix))].join(", then "),
  };
}

/** Why a device cannot be used, and what would change that, in one sentence. */
export function explainProbe(name: DeviceName, { reason, fix }: DeviceProbe): string {
  return `Cannot use device ${name}: ${reason}${fix === undefined ? "" : `; ${fix}`}`;
}

async function* nothing(): AsyncGenerator<Missing> {}

/** macOS has Metal and Windows Direct3D; a Linux has a loader for Vulkan, or has not. */
async function* missingForWebgpu({ os, load }: Machine): AsyncGenerator<Missing> {
  if (os !== "linux" || load(VULKAN, {}) !== undefined) return;
  yield {
    reason: `Vulkan is missing (${VULKAN})`,
    fix: "install it with the driver of your GPU (Debian: apt install mesa-vulkan-drivers)",
  };
}

const VULKAN = "libvulkan.so.1";
