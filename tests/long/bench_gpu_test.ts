import { assert, assertEquals, assertMatch } from "@std/assert";
import type { GpuReport } from "../../bench/gpu/report.ts";
import { inFolder } from "../command_line.ts";
import { bench, TINY } from "../bench/run_gpu_bench.ts";

Deno.test("bench:gpu measures the CPU as it would a GPU, and writes table and figures", async () => {
  await inFolder(async (dir) => {
    const { code, stdout, stderr } = await bench(dir, `--device cpu ${TINY} --out found/cpu`);
    assertEquals(code, 0, stderr);
    const report: GpuReport = JSON.parse(await Deno.readTextFile(`${dir}/found/cpu.json`));
    const rows = report.timings.map(({ what, batch, on }) => `${what} ${batch} ${on}`);
    assertEquals(rows.filter((row) => !row.endsWith("tfjs-node-gpu")), [
      "inference 1 cpu",
      "inference 5 cpu",
      "training step 4 recorded, cpu, 2 steps a run",
      "training step 4 recorded, cpu, 3 steps a run",
    ]);
    for (const { milliseconds } of report.timings) {
      assertEquals(milliseconds.length, 2);
      assert(milliseconds.every((value) => value > 0));
    }
    // The CPU beside itself.
    assertEquals([...new Set(report.parity.map(({ model }) => model))], [
      "encoder",
      "decoder",
      "classifier",
    ]);
    assertEquals(report.parity.map(({ difference }) => difference), Array(9).fill(0));
    assertEquals(report.placement!.elsewhere, {});
    assert(report.placement!.onDevice > 100);
    const torch = report.skipped.find(({ name }) => name === "PyTorch");
    assertMatch(torch!.reason, /nowhere/);
    assertMatch(stdout, /^training step +4 +recorded, cpu, 2 steps a run +[\d.]+ ms /m);
    const markdown = await Deno.readTextFile(`${dir}/found/cpu.md`);
    assertMatch(
      markdown,
      /^\| training step \| 4 \| recorded, cpu, 2 steps a run \| [\d.]+ ms \|/m,
    );

    const again = await bench(dir, "--device cpu --out found/cpu");
    assertEquals([again.code, again.stdout], [1, ""]);
    assertMatch(again.stderr, /^Cannot write "found\/cpu.md": it exists already, .*\n$/);
  });
});
