import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  formatMarkdown,
  formatReport,
  type GpuReport,
  parityFaults,
} from "../../bench/gpu/report.ts";
import { placeStep } from "../../bench/gpu/worker/placement.ts";
import { proveDevice } from "../../lib/runtime/mod.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { inFolder } from "../command_line.ts";
import { bench, TINY } from "./run_gpu_bench.ts";

Deno.test("bench:gpu says in one sentence that a device is not there", async () => {
  for (const device of ["cuda", "coreml", "directml"] as const) {
    if ((await proveDevice(device)).works) continue; // this machine has it
    await inFolder(async (dir) => {
      const { code, stdout, stderr } = await bench(dir, `--device ${device}`);
      assertEquals([code, stdout], [1, ""]);
      assertMatch(stderr, new RegExp(`^Cannot use device ${device}: .+\\n$`));
    });
  }
});

Deno.test("bench:gpu rejects a folder that is no run", async () => {
  await inFolder(async (dir) => {
    const { code, stderr } = await bench(dir, `--device cpu ${TINY} --run ${dir}`);
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot read run ".*": it holds no manifest.json, .*\n$/);
  });
});

Deno.test("placeStep() counts the nodes of a training step", async () => {
  await useBackend("cpu");
  const { onDevice, copies, elsewhere } = await placeStep("cpu", 4);
  assert(onDevice > 100);
  assertEquals([copies, elsewhere], [0, {}]);
});

const REPORT: GpuReport = {
  format: "glimpse-bench-gpu",
  formatVersion: 1,
  device: "cuda",
  machine: {
    os: "linux",
    osRelease: null,
    architecture: "x86_64",
    libc: null,
    processor: { model: "A Processor", cores: 16, threads: 16 },
    memory: { totalBytes: null, availableBytes: null, limitBytes: null },
    nvidia: {
      driver: "570.86.15",
      cuda: "12.8",
      cards: [{ name: "NVIDIA H200", memoryBytes: null, computeCapability: "9.0" }],
    },
  },
  versions: { "Deno": "2.9.6", "PyTorch": "2.13 (CUDA 12.8, cuDNN 91000)" },
  parity: [
    { model: "encoder", output: "z_mean", precision: "float32", difference: 2.04e-6 },
    { model: "encoder", output: "z_mean", precision: "default", difference: 4e-3 },
    { model: "classifier", output: "label", precision: "float32", difference: 3 },
  ],
  timings: [
    { what: "inference", batch: 128, on: "cuda", milliseconds: [0.5, 0.25, 0.75] },
    { what: "training step", batch: 1024, on: "PyTorch, eager", milliseconds: [1234.5] },
  ],
  placement: { onDevice: 200, copies: 3, elsewhere: { Shape: ["a", "b"], Loop: ["c"] } },
  skipped: [{ name: "tfjs-node-gpu", reason: "it is not set up" }],
};

Deno.test("formatReport() names card, driver, versions, figures and what fell back", () => {
  const text = formatReport(REPORT);
  const lines = text.split("\n");
  assertEquals(lines.slice(0, 2), [
    "cuda on NVIDIA H200; driver 570.86.15; CUDA up to 12.8; A Processor with 16 threads; Deno 2.9.6;",
    "PyTorch 2.13 (CUDA 12.8, cuDNN 91000)",
  ]);
  assertMatch(text, /^parity of encoder: z_mean +256 +float32 +2\.0e-6$/m);
  assertMatch(text, /^inference +128 +cuda +0\.500 ms +0\.250 to 0\.750 +256,000$/m);
  assertMatch(text, /^training step +1024 +PyTorch, eager +1235 ms +1235 to 1235 +829$/m);
  const words = text.replaceAll(/\s+/g, " ");
  assertMatch(
    words,
    /on cuda: 200, of which 3 copy .* on another provider: Shape \(2\), Loop \(1\)\. The Loop itself is not on the device/,
  );
  assertMatch(words, /Not measured: tfjs-node-gpu: it is not set up/);
  assertMatch(
    formatMarkdown(REPORT),
    /^\| inference \| 128 \| cuda \| 0\.500 ms \| 0\.250 to 0\.750 \|/m,
  );
});

Deno.test("parityFaults() finds float32 that is too far from the CPU, or no number", () => {
  assertEquals(parityFaults(REPORT), []);
  const row = { model: "decoder", output: "images", precision: "float32" } as const;
  for (const difference of [2e-3, null]) {
    const faults = parityFaults({ ...REPORT, parity: [...REPORT.parity, { ...row, difference }] });
    assertEquals(faults, [{ ...row, difference }]);
  }
});
