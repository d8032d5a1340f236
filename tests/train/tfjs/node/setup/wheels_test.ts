import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../../../lib/input_error.ts";
import {
  checkGivenWheel,
  OLDEST_GLIBC,
  WHEELS,
} from "../../../../../train/tfjs/node/setup/wheels.ts";
import { inFolder } from "../../../../command_line.ts";

Deno.test("WHEELS names files of one version for one C library, each with its hash", () => {
  const platform = `manylinux_${OLDEST_GLIBC.replace(".", "_")}_x86_64`;
  const wheels = Object.values(WHEELS);
  for (const { file, sha256, requirement, megabytes } of wheels) {
    assertEquals(file.endsWith(`${platform}.whl`), true, file);
    assertEquals(file.split("-")[1], requirement.split("==")[1]);
    assertEquals([/^[0-9a-f]{64}$/.test(sha256), megabytes > 100], [true, true]);
  }
  assertEquals(new Set(wheels.map(({ requirement }) => requirement.split("==")[1])).size, 1);
});

Deno.test("checkGivenWheel() checks a wheel of a known name, and trusts another", async () => {
  await inFolder(async (dir) => {
    const known = `${dir}/${WHEELS.cpu.file}`;
    await Deno.writeTextFile(known, "altered");
    await assertRejects(() => checkGivenWheel(known), InputError, "SHA-256");
    await Deno.writeTextFile(`${dir}/other.whl`, "another release");
    await checkGivenWheel(`${dir}/other.whl`);
  });
});
