import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { zipSync } from "fflate";
import { InputError } from "../../../../lib/input_error.ts";
import { CUDA_PROVIDER, cudaNeeds } from "../../../../lib/runtime/device_cuda.ts";
import { runtimeVersion } from "../../../../lib/runtime/session.ts";
import { removeCuda, setUpCuda } from "../../../../lib/setup/cuda/set_up_cuda.ts";
import { inFolder, namesIn } from "../../../command_line.ts";
import { elfFile } from "../../runtime/elf_file.ts";

const PROVIDER = elfFile(["libcudart.so.13", "libcuda.so.1", "libc.so.6"]);
const FILES = Object.values(CUDA_PROVIDER).sort();

/** A wheel of libraries and much else, and what it is trusted by. */
function wheel(names: readonly string[]) {
  const entries = names.map((name) => [
    `onnxruntime/capi/${name}`,
    name === CUDA_PROVIDER.provider ? PROVIDER : elfFile([]),
  ]);
  const bytes = zipSync({
    "onnxruntime/__init__.py": new TextEncoder().encode("import os\n"),
    ...Object.fromEntries(entries),
    "onnxruntime/capi/libonnxruntime_providers_tensorrt.so": elfFile([]),
  });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { bytes, known: { requirement: "onnxruntime-gpu==0", file: "a.whl", sha256 } };
}

// Elsewhere the first thing that setUpCuda() says is that CUDA is for Linux on x86_64.
const ignore = Deno.build.os !== "linux" || Deno.build.arch !== "x86_64";

/** Sets up from a wheel in a folder that holds it, and the folder `bin`. */
async function setUp(dir: string, bytes: Uint8Array, known: ReturnType<typeof wheel>["known"]) {
  const path = `${dir}/any.whl`;
  await Deno.writeFile(path, bytes);
  await Deno.mkdir(`${dir}/bin`, { recursive: true });
  const lines: string[] = [];
  await setUpCuda({ kind: "wheel", path }, {
    version: "0",
    folder: `${dir}/bin`,
    wheels: [known],
    onProgress: (line) => lines.push(line),
  });
  return lines;
}

Deno.test({
  name: "setUpCuda() places the two libraries of a wheel, and removeCuda() removes them",
  ignore,
  fn: async () => {
    await inFolder(async (dir) => {
      const { bytes, known } = wheel(FILES);
      assertEquals(await setUp(dir, bytes, known), [
        "checking its SHA-256",
        "unpacking libonnxruntime_providers_cuda.so (1 MB)",
        "unpacking libonnxruntime_providers_shared.so (1 MB)",
      ]);
      assertEquals(namesIn(`${dir}/bin`), FILES);
      assertEquals(await Deno.readFile(`${dir}/bin/${CUDA_PROVIDER.provider}`), PROVIDER);
      const { cuda, libraries } = await cudaNeeds(`${dir}/bin`);
      assertEquals([cuda, libraries], [13, ["libcudart.so.13", "libcuda.so.1"]]);
      await setUp(dir, bytes, known); // again, over what is there

      assertEquals((await removeCuda(`${dir}/bin`)).sort(), FILES);
      assertEquals(namesIn(`${dir}/bin`), []);
      assertEquals(await removeCuda(`${dir}/bin`), []);
    });
  },
});

Deno.test({
  name: "setUpCuda() throws if the wheel is not the one that is known, and leaves nothing",
  ignore,
  fn: async () => {
    await inFolder(async (dir) => {
      const { bytes, known } = wheel(FILES);
      const other = bytes.slice();
      other[other.length - 1] ^= 1;
      await assertRejects(
        () => setUp(dir, other, known),
        InputError,
        `any.whl": its SHA-256 is ${createHash("sha256").update(other).digest("hex")}, that of`,
      );
      const half = wheel([CUDA_PROVIDER.provider]);
      await assertRejects(
        () => setUp(dir, half.bytes, half.known),
        InputError,
        `holds no ${CUDA_PROVIDER.shared}`,
      );
      assertEquals(namesIn(`${dir}/bin`), []);
      assertEquals(namesIn(dir), ["any.whl", "bin"]);
    });
  },
});

Deno.test({
  name: "setUpCuda() throws if no wheel of the version is known, or there is no pip",
  ignore,
  fn: async () => {
    await inFolder(async (folder) => {
      await assertRejects(
        () => setUpCuda({ kind: "pypi" }, { version: "0.1", folder }),
        InputError,
        "no wheel of onnxruntime-gpu 0.1 is known",
      );
      const version = runtimeVersion();
      await assertRejects(
        () => setUpCuda({ kind: "pypi" }, { version, folder, python: "no-such-python" }),
        InputError,
        "there is no program no-such-python, install Python",
      );
      assertEquals(namesIn(folder), []);
    });
  },
});
