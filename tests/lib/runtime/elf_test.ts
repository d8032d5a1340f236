import { assert, assertEquals, assertRejects } from "@std/assert";
import { neededLibraries } from "../../../lib/runtime/elf.ts";
import { runtimeFolder } from "../../../lib/runtime/session.ts";
import { inFolder } from "../../command_line.ts";
import { elfFile } from "./elf_file.ts";

Deno.test("neededLibraries() names them in their order", async () => {
  await inFolder(async (dir) => {
    const needed = ["libcudart.so.13", "libm.so.6", "libc.so.6"];
    await Deno.writeFile(`${dir}/a.so`, elfFile(needed));
    assertEquals(await neededLibraries(`${dir}/a.so`), needed);
    await Deno.writeFile(`${dir}/b.so`, elfFile([]));
    assertEquals(await neededLibraries(`${dir}/b.so`), []);
  });
});

Deno.test({
  name: "neededLibraries() reads what a linker has written",
  ignore: Deno.build.os !== "linux", // elsewhere libraries have other formats
  fn: async () => {
    const needed = await neededLibraries(`${runtimeFolder()}/onnxruntime_binding.node`);
    assert(needed.includes("libonnxruntime.so.1"), needed.join(", "));
    assert(needed.includes("libc.so.6"), needed.join(", "));
  },
});

Deno.test("neededLibraries() throws if the file is of another format, or cut short", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/text.so`, "#!/bin/sh\n".repeat(20));
    const read = (name: string) => neededLibraries(`${dir}/${name}`);
    await assertRejects(() => read("text.so"), SyntaxError, "it is no 64-bit little-endian ELF");
    const whole = elfFile(["libc.so.6"]);
    for (const length of [10, 100, 180, whole.length - 1]) {
      await Deno.writeFile(`${dir}/cut.so`, whole.subarray(0, length));
      await assertRejects(() => read("cut.so"), SyntaxError, "it ends at");
    }
  });
});
