import { assertEquals } from "@std/assert";
import {
  CUDA_PROVIDER,
  cudaNeeds,
  CUDNN,
  missingForCuda,
} from "../../../lib/runtime/device_cuda.ts";
import type { Machine } from "../../../lib/runtime/device_needs.ts";
import { inFolder } from "../../command_line.ts";
import { elfFile } from "./elf_file.ts";

/** Answers of a driver with so many GPUs, for CUDA up to 13.0. */
function driver(gpus: number) {
  const write = (value: number) => (bytes: Uint8Array) => {
    new Int32Array(bytes.buffer)[0] = value;
    return 0;
  };
  return { cuInit: () => 0, cuDeviceGetCount: write(gpus), cuDriverGetVersion: write(13_000) };
}

/** What is missing where the system finds the given libraries. */
async function missing(folder: string, libraries: readonly string[], gpus = 1): Promise<string[]> {
  const load = (name: string) =>
    name === "libcuda.so.1"
      ? { symbols: driver(gpus) }
      : libraries.includes(name)
      ? { symbols: {} }
      : undefined;
  const machine = {
    os: "linux",
    arch: "x86_64",
    backends: ["cuda"],
    folder,
    load: load as unknown as Machine["load"],
  } as const;
  return (await Array.fromAsync(missingForCuda(machine))).map(({ reason }) => reason);
}

Deno.test("missingForCuda() names nothing where all is there, and else what is not", async () => {
  await inFolder(async (folder) => {
    const needed = ["libcublas.so.13", "libcudart.so.13", "libcuda.so.1", "libc.so.6"];
    await Deno.writeFile(`${folder}/${CUDA_PROVIDER.provider}`, elfFile(needed));
    await Deno.writeFile(`${folder}/${CUDA_PROVIDER.shared}`, elfFile([]));
    assertEquals((await cudaNeeds(folder)).cuda, 13);

    const all = ["libcublas.so.13", "libcudart.so.13", CUDNN];
    assertEquals(await missing(folder, all), []);
    assertEquals(await missing(folder, all, 0), ["the NVIDIA driver finds no GPU"]);
    assertEquals(await missing(folder, all.slice(1)), [
      "libraries of CUDA 13 are missing (libcublas.so.13)",
    ]);
    assertEquals(await missing(folder, all.slice(0, 2)), [`cuDNN is missing (${CUDNN})`]);
  });
});
