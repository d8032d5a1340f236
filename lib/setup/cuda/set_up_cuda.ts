import { fileURLToPath } from "node:url";
import { openBytes } from "../../data/bytes.ts";
import { openZipEntry, readZipEntries } from "../../data/zip.ts";
import { InputError } from "../../input_error.ts";
import { runProgram } from "../run_program.ts";
import { checkWheel, downloadWheel, type Wheel } from "../wheel.ts";
import { writeAll, writeFile } from "../../files/atomic_write.ts";
import { CUDA_PROVIDER } from "../../runtime/device_cuda.ts";
import { cudaWheels } from "./wheels.ts";

/** Where the provider comes from. */
export type CudaSource =
  /** The install script of the npm package. */
  | { readonly kind: "npm" }
  /** A wheel that pip downloads. */
  | { readonly kind: "pypi" }
  /** A wheel that is here already. */
  | { readonly kind: "wheel"; readonly path: string };

/** Options for {@linkcode setUpCuda}. */
export interface SetUpCudaOptions {
  /** The version of `onnxruntime-node` that is to load it. */
  version: string;
  /** Where it looks. */
  folder: string;
  /** The wheels to trust. @default {cudaWheels(version)} */
  wheels?: readonly Wheel[];
  /** The Python whose pip downloads. @default {"python3"} */
  python?: string;
  /** Called before each part of the work. */
  onProgress?: (line: string) => void;
}

/** In the order that they are placed in: the large one, which may fail, first. */
const FILES: readonly string[] = [CUDA_PROVIDER.provider, CUDA_PROVIDER.shared];

/** What the install script of the npm package places besides, and Glimpse does not use. */
const EXTRA = "libonnxruntime_providers_tensorrt.so";

/**
 * Places ONNX Runtime's CUDA provider where it looks for it. Each file is whole or absent.
 *
 * @throws {InputError} If it cannot be had, or is not the one for this version.
 */
export async function setUpCuda(source: CudaSource, options: SetUpCudaOptions): Promise<void> {
  checkPlatform();
  const { version, wheels = cudaWheels(version), onProgress = () => {} } = options;
  if (source.kind === "npm") {
    onProgress(`running the install script of onnxruntime-node ${version}`);
    return await runInstallScript(options);
  }
  if (wheels.length === 0) {
    throw new InputError(
      `Cannot set up CUDA: no wheel of onnxruntime-gpu ${version} is known, --from-npm needs none`,
    );
  }
  if (source.kind === "wheel") return await placeFiles(source.path, { ...options, wheels });
  const temporary = await Deno.makeTempDir({ prefix: "glimpse-cuda-" });
  try {
    onProgress(`downloading ${wheels[0].requirement} with pip (about 250 MB)`);
    const { python = "python3" } = options;
    const path = await downloadWheel(wheels[0], { python, into: temporary });
    await placeFiles(path, { ...options, wheels });
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

/** Removes what {@linkcode setUpCuda} has placed, and returns its names. */
export async function removeCuda(folder: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of [...FILES, EXTRA]) {
    try {
      await Deno.remove(`${folder}/${name}`);
      removed.push(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return removed;
}

/** Unpacks the two libraries of a wheel, and nothing else of it. */
async function placeFiles(
  path: string,
  { wheels, folder, onProgress = () => {} }: SetUpCudaOptions & { wheels: readonly Wheel[] },
): Promise<void> {
  onProgress("checking its SHA-256");
  await checkWheel(path, wheels);
  const file = await openBytes(path);
  const entries = await readZipEntries(file);
  const wanted = FILES.map((name) => {
    const entry = entries.find(({ path }) => path === `onnxruntime/capi/${name}`);
    if (entry === undefined) {
      throw new InputError(`Cannot set up CUDA: ${file.name} holds no ${name}`);
    }
    return { name, entry };
  });
  for (const { name, entry } of wanted) {
    onProgress(`unpacking ${name} (${Math.ceil(entry.size / 1e6)} MB)`);
    const { open } = openZipEntry(file, entry, { maxBytes: entry.size });
    await writeFile(`${folder}/${name}`, async (target) => {
      for await (const block of open()) await writeAll(target, block);
    }, { force: true });
  }
}

async function runInstallScript({ version, folder }: SetUpCudaOptions): Promise<void> {
  const before = namesIn(folder);
  const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
  const script = `npm:onnxruntime-node@${version}/script/install.js`;
  try {
    // It may do what install scripts may: everything.
    const args = ["run", "-A", "--quiet", "--config", config, script];
    await runProgram(Deno.execPath(), [...args, "--onnxruntime-node-install=cuda12"], {
      action: "set up CUDA by the install script of onnxruntime-node",
      missing: "it is this very Deno that is needed",
      causes: [[
        /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Failed to download/,
        "the host that it downloads from cannot be reached, --from-pypi needs the package index alone",
      ]],
    });
  } catch (error) {
    // It copies one file after the other to where they are used.
    const added = namesIn(folder).filter((name) => !before.includes(name));
    for (const name of added) await Deno.remove(`${folder}/${name}`);
    throw error;
  }
  const missing = FILES.filter((name) => !namesIn(folder).includes(name));
  if (missing.length > 0) {
    throw new InputError(
      `Cannot set up CUDA: the install script of onnxruntime-node ended well and brought no ${
        missing.join(" and no ")
      }, try --from-pypi`,
    );
  }
}

function checkPlatform(): void {
  const { os, arch } = Deno.build;
  if (os === "linux" && arch === "x86_64") return;
  throw new InputError(
    `Cannot set up CUDA: onnxruntime-node has it for Linux on x86_64, this is ${os} on ${arch}`,
  );
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}
