import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../../../lib/input_error.ts";
import {
  CUDA_LIBRARIES,
  installCudaLibraries,
} from "../../../../../train/tfjs/node/setup/cuda_libraries.ts";
import { withHome, writeScript } from "../with_home.ts";

Deno.test("installCudaLibraries() has pip check the hash of each library", async () => {
  await withHome({}, async (home) => {
    const python = await writeScript(
      `${home}/python`,
      'printf "%s\\n" "$@" > "$(dirname "$0")/words"',
    );
    await installCudaLibraries({ python, into: home });
    const words = (await Deno.readTextFile(`${home}/words`)).trim().split("\n");
    assertEquals(words.includes("--require-hashes"), true);
    assertEquals(words[words.indexOf("--target") + 1], home);
    const list = await Deno.readTextFile(words[words.indexOf("--requirement") + 1]);
    const lines = list.split("\n");
    assertEquals(lines.length, Object.keys(CUDA_LIBRARIES).length);
    for (const line of lines) {
      assertMatch(line, /^nvidia-[a-z-]+-cu12==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
    }
  });
});

Deno.test("installCudaLibraries() throws with pip's words if it fails", async () => {
  await withHome({}, async (home) => {
    const python = await writeScript(`${home}/python`, "echo THESE PACKAGES DO NOT MATCH; exit 1");
    const installed = () => installCudaLibraries({ python, into: home });
    const { message } = await assertRejects(installed, InputError);
    assertMatch(
      message,
      /^Cannot install NVIDIA's CUDA libraries: .*\nTHESE PACKAGES DO NOT MATCH$/,
    );
  });
});
