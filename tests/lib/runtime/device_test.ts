import { assert, assertEquals, assertMatch } from "@std/assert";
import { CUDA_PROVIDER } from "../../../lib/runtime/device_cuda.ts";
import { detectDevice, DEVICE_NAMES, DEVICES, explainProbe } from "../../../lib/runtime/device.ts";
import type { Machine } from "../../../lib/runtime/device_needs.ts";
import { probeDevice } from "../../../lib/runtime/session.ts";
import { inFolder } from "../../command_line.ts";
import { elfFile } from "./elf_file.ts";

/** What a machine has, as far as CUDA is concerned. */
interface Equipment {
  folder: string;
  /** Libraries that the system finds. */
  libraries?: string[];
  /** The driver's answers; without them there is no driver. */
  driver?: { gpus: number; version: number };
}

/** A Linux machine that has no more than what is said. */
function machine({ folder, libraries = [], driver }: Equipment): Machine {
  const write = (value: number) => (bytes: Uint8Array) => {
    new Int32Array(bytes.buffer)[0] = value;
    return 0;
  };
  const symbols = driver && {
    cuInit: () => 0,
    cuDeviceGetCount: write(driver.gpus),
    cuDriverGetVersion: write(driver.version),
  };
  const load = (name: string) => {
    if (name === "libcuda.so.1") return symbols && { symbols };
    return libraries.includes(name) ? { symbols: {} } : undefined;
  };
  return {
    os: "linux",
    arch: "x86_64",
    backends: ["cpu", "webgpu", "cuda"],
    folder,
    load: load as unknown as Machine["load"],
  };
}

const NEEDED = ["libcublas.so.13", "libcudart.so.13", "libcuda.so.1", "libc.so.6"];

async function writeProvider(folder: string): Promise<void> {
  await Deno.writeFile(`${folder}/${CUDA_PROVIDER.provider}`, elfFile(NEEDED));
  await Deno.writeFile(`${folder}/${CUDA_PROVIDER.shared}`, elfFile([]));
}

Deno.test("detectDevice() names all that CUDA lacks, or only the first", async () => {
  await inFolder(async (folder) => {
    const bare = machine({ folder });
    assertEquals(await detectDevice("cuda", bare), {
      works: false,
      hasHardware: false,
      reason: "the NVIDIA driver is missing (libcuda.so.1), " +
        "ONNX Runtime's CUDA provider is missing (libonnxruntime_providers_cuda.so)",
      fix: "install the driver of your NVIDIA GPU, then run deno task setup:cuda --from-pypi",
    });
    const { reason, fix } = await detectDevice("cuda", bare, { all: false });
    assertEquals(reason, "the NVIDIA driver is missing (libcuda.so.1)");
    assertEquals(fix, "install the driver of your NVIDIA GPU");
  });
});

Deno.test("detectDevice() goes from the driver to the provider to the libraries of CUDA", async () => {
  await inFolder(async (folder) => {
    const driver = { gpus: 1, version: 13020 };
    const detect = (equipment: Omit<Equipment, "folder">) =>
      detectDevice("cuda", machine({ folder, ...equipment }));

    const none = await detect({ driver: { gpus: 0, version: 13020 } });
    assertMatch(none.reason!, /^the NVIDIA driver finds no GPU, /);
    assertEquals(none.hasHardware, false);

    const { reason, hasHardware } = await detect({ driver });
    assertMatch(reason!, /^ONNX Runtime's CUDA provider is missing \(\w+_cuda\.so\)$/);
    assertEquals(hasHardware, true);
    await Deno.writeFile(`${folder}/${CUDA_PROVIDER.provider}`, elfFile(NEEDED));
    assertMatch((await detect({ driver })).reason!, /\(libonnxruntime_providers_shared\.so\)$/);
    await writeProvider(folder);

    const missing = await detect({ driver, libraries: ["libcudart.so.13"] });
    assertEquals(
      missing.reason,
      "libraries of CUDA 13 are missing (libcublas.so.13), cuDNN is missing (libcudnn.so.9)",
    );
    assertMatch(missing.fix!, /^install CUDA 13 and cuDNN 9, .*LD_LIBRARY_PATH$/);
    const libraries = ["libcudart.so.13", "libcublas.so.13", "libcudnn.so.9"];
    const old = await detect({ driver: { gpus: 1, version: 12080 }, libraries });
    assertEquals(old.reason, "the NVIDIA driver runs CUDA up to 12, the provider needs 13");
    assertEquals(await detect({ driver, libraries }), { works: true, hasHardware: true });
  });
});

Deno.test("detectDevice() says for which platforms a device is", async () => {
  const mac = { ...machine({ folder: "" }), os: "darwin", arch: "aarch64" };
  const here = { ...mac, backends: ["cpu", "coreml", "webgpu"] };
  assertEquals((await detectDevice("coreml", here)).works, true);
  assertEquals((await detectDevice("webgpu", here)).works, true);
  const probe = await detectDevice("cuda", here);
  assertEquals(
    explainProbe("cuda", probe),
    "Cannot use device cuda: onnxruntime-node has it for Linux on x86_64, this is darwin on " +
      "aarch64; take --device cpu or auto",
  );
});

Deno.test("detectDevice() looks for Vulkan on Linux", async () => {
  const bare = machine({ folder: "" });
  const { reason } = await detectDevice("webgpu", bare);
  assertEquals(reason, "Vulkan is missing (libvulkan.so.1)");
  const equipped = machine({ folder: "", libraries: ["libvulkan.so.1"] });
  assertEquals((await detectDevice("webgpu", equipped)).works, true);
});

Deno.test("probeDevice() answers for every device, and the CPU is always there", async () => {
  for (const name of DEVICE_NAMES) {
    const { works, reason, fix } = await probeDevice(name);
    assertEquals([reason === undefined, fix === undefined], [works, works], name);
  }
  assert((await probeDevice("cpu")).works);
  assertEquals(new Set(Object.values(DEVICES).map(({ provider }) => provider)).size, 5);
});
