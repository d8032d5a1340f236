import type { Machine, Missing } from "./device_needs.ts";
import { neededLibraries } from "./elf.ts";
import { type DynamicLibrary, platform } from "../platform/platform.ts";

/** The libraries of the CUDA provider, which the npm package does not hold. */
export const CUDA_PROVIDER = {
  provider: "libonnxruntime_providers_cuda.so",
  shared: "libonnxruntime_providers_shared.so",
} as const;

/**
 * The library of cuDNN 9. The provider does not name it in its header: it loads it when a convolution
 * first needs it, and fails in the midst of a run if it is not there.
 */
export const CUDNN = "libcudnn.so.9";

/** The driver's own library. */
const DRIVER = "libcuda.so.1";

/** Functions of the driver (CUDA driver API, "Initialization" and "Device Management"). */
const DRIVER_FUNCTIONS = {
  cuInit: { parameters: ["u32"], result: "i32" },
  cuDriverGetVersion: { parameters: ["buffer"], result: "i32" },
  cuDeviceGetCount: { parameters: ["buffer"], result: "i32" },
} as const;

/**
 * What CUDA needs and the machine lacks: the driver, a GPU, the provider's libraries beside ONNX
 * Runtime's own, and the libraries of CUDA that those name in their headers with cuDNN, loaded as
 * the system finds them.
 */
export async function* missingForCuda({ folder, load }: Machine): AsyncGenerator<Missing> {
  const driver = load(DRIVER, DRIVER_FUNCTIONS);
  if (driver === undefined) {
    yield {
      reason: `the NVIDIA driver is missing (${DRIVER})`,
      fix: "install the driver of your NVIDIA GPU",
      isHardware: true,
    };
  } else if (countGpus(driver) === 0) {
    yield {
      reason: "the NVIDIA driver finds no GPU",
      fix: "see what nvidia-smi says; a container needs to be given the GPU",
      isHardware: true,
    };
  }

  const absent = Object.values(CUDA_PROVIDER).filter((file) => !isFile(`${folder}/${file}`));
  if (absent.length > 0) {
    yield {
      reason: `ONNX Runtime's CUDA provider is missing (${absent[0]})`,
      fix: "run deno task setup:cuda --from-pypi",
    };
    return;
  }

  const { cuda, libraries } = await cudaNeeds(folder);
  const missing = libraries.filter((name) => name !== DRIVER && load(name, {}) === undefined);
  const fix =
    `install CUDA ${cuda} and cuDNN 9, or name the folders that hold them in LD_LIBRARY_PATH`;
  if (missing.length > 0) {
    yield { reason: `libraries of CUDA ${cuda} are missing (${missing.join(", ")})`, fix };
  }
  if (load(CUDNN, {}) === undefined) yield { reason: `cuDNN is missing (${CUDNN})`, fix };
  const version = driver === undefined ? undefined : driverVersion(driver);
  if (version !== undefined && version < cuda) {
    yield {
      reason: `the NVIDIA driver runs CUDA up to ${version}, the provider needs ${cuda}`,
      fix: "install a newer driver",
    };
  }
}

/** What the provider that lies in a folder needs. */
export async function cudaNeeds(
  folder: string,
): Promise<{ cuda: number; libraries: readonly string[] }> {
  const needed = await neededLibraries(`${folder}/${CUDA_PROVIDER.provider}`);
  const libraries = needed.filter((name) => /^lib(cu|nv)/.test(name));
  const runtime = libraries.find((name) => name.startsWith("libcudart.so."));
  return { cuda: Number(runtime?.split(".")[2]), libraries };
}

type Driver = DynamicLibrary<typeof DRIVER_FUNCTIONS>;

/** GPUs that the driver gives to this process. */
function countGpus({ symbols }: Driver): number {
  const count = new Int32Array(1);
  const isReady = symbols.cuInit(0) === 0 && symbols.cuDeviceGetCount(bytesOf(count)) === 0;
  return isReady ? count[0] : 0;
}

/** The greatest major version of CUDA that the driver runs: it counts 12.4 as 12040. */
function driverVersion({ symbols }: Driver): number | undefined {
  const version = new Int32Array(1);
  return symbols.cuDriverGetVersion(bytesOf(version)) === 0
    ? Math.floor(version[0] / 1000)
    : undefined;
}

function bytesOf({ buffer }: Int32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}

function isFile(path: string): boolean {
  try {
    return platform.statSync(path).isFile;
  } catch {
    return false;
  }
}
