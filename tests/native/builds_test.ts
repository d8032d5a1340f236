import { assertEquals } from "@std/assert";
import { findCompiler, FLAGS } from "../../train/native/compiler.ts";
import KERNELS from "../../train/native/program/c/kernels.c" with { type: "text" };
import KERNEL_TYPES from "../../train/native/program/c/kernels.h" with { type: "text" };
import { useBackend } from "../../train/tfjs/backends.ts";
import { inFolder } from "../command_line.ts";
import {
  CASES,
  checkCases,
  lowerCases,
  memoryOf,
  withOneNumber,
} from "../train/native/lowered_cases.ts";

await useBackend("cpu");

/** Vectors of this machine's width, as training has them, and of others. */
const TARGETS = ["native", ...Deno.build.arch === "x86_64" ? ["x86-64-v3", "x86-64"] : []];

for (const target of TARGETS) {
  const flags = [...FLAGS, `-march=${target}`];
  Deno.test(`kernels compiled for ${target} give what TensorFlow.js gives`, (t) =>
    checkCases(t, flags));
}

Deno.test("kernels of constants of one number give what TensorFlow.js gives", (t) =>
  checkCases(t, [...FLAGS, "-O1"], { cases: CASES.map(withOneNumber) }));

const hasClang = await findCompiler(["clang"]).then(() => true, () => false);

Deno.test({
  name: "kernels compiled by clang give what TensorFlow.js gives",
  ignore: !hasClang,
  fn: (t) => checkCases(t, FLAGS, { compilers: ["clang"] }),
});

Deno.test("compiled kernels touch no memory but their own, and do nothing undefined", async () => {
  await inFolder(async (dir) => {
    const cases = lowerCases(CASES);
    const { source, bytes, scratch } = cases.lowered;
    await Deno.writeTextFile(`${dir}/kernels.c`, `${KERNEL_TYPES}${KERNELS}`);
    await Deno.writeTextFile(`${dir}/step.c`, source + mainOf(bytes, scratch));
    await Deno.writeFile(`${dir}/memory`, memoryOf(cases));
    const flags = FLAGS.filter((flag) => flag !== "-O3").concat(
      "-O1",
      "-fsanitize=address,undefined",
    );
    const { command } = await findCompiler();
    const run = async (program: string, args: string[]) => {
      const env = { ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "halt_on_error=1" };
      const { code, stderr } = await new Deno.Command(program, { args, cwd: dir, env }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    };
    await run(command, [...flags, "kernels.c", "step.c", "-o", "cases", "-lm"]);
    await run(`${dir}/cases`, []);
  });
});

/** A program that takes a step of the cases, its memory in one block of just its size. */
function mainOf(bytes: number, scratch: number): string {
  return `
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  char *arena = aligned_alloc(64, ${bytes + 2 * scratch});
  FILE *file = fopen("memory", "rb");
  if (!file || fread(arena, 1, ${bytes}, file) != ${bytes}) return 2;
  const float rows[4] = { 0 };
  const void *given[1] = { rows };
  const int32_t indices[4] = { 0 };
  float losses[1];
  return glimpse_run(arena, given, indices, losses, 1, 2) == 2 ? 0 : 3;
}
`;
}
