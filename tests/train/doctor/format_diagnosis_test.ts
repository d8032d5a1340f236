import { assert, assertEquals } from "@std/assert";
import type { DeviceFinding, Diagnosis, EngineFinding } from "../../../train/doctor/diagnosis.ts";
import { formatDiagnosis } from "../../../train/doctor/format_diagnosis.ts";

const FINDING = {
  works: true,
  recommended: false,
  detail: null,
  reason: null,
  fix: null,
  trainingSpeed: null,
};

const engine = (name: string, more: Partial<EngineFinding> = {}): EngineFinding => ({
  ...FINDING,
  name,
  backend: null,
  ...more,
});

const device = (name: string, more: Partial<DeviceFinding> = {}): DeviceFinding => ({
  ...FINDING,
  name,
  inferenceSpeed: null,
  ...more,
});

const DIAGNOSIS: Diagnosis = {
  format: "glimpse-doctor",
  formatVersion: 1,
  machine: {
    os: "linux",
    osRelease: "6.8.0",
    architecture: "x86_64",
    libc: "glibc 2.39",
    processor: { model: "A Processor", cores: 16, threads: 1 },
    memory: { totalBytes: 128 * 2 ** 30, availableBytes: null, limitBytes: 8.5 * 2 ** 30 },
    nvidia: {
      driver: "570.86.15",
      cuda: "12.8",
      cards: [{ name: "NVIDIA H200", memoryBytes: 140 * 2 ** 30, computeCapability: "9.0" }],
    },
  },
  versions: { "glimpse": "0.1.0", "onnxruntime-node": null },
  engines: [
    engine("onnx", { detail: "on cuda", trainingSpeed: 1_234_567 }),
    engine("tfjs", { backend: "cpu", trainingSpeed: 0.98765 }),
  ],
  devices: [
    device("cuda", { recommended: true, trainingSpeed: 12_345, inferenceSpeed: 1e6 }),
    device("webgpu", { works: false, reason: "it is not there", fix: "deno task setup:x" }),
  ],
};

Deno.test("formatDiagnosis() shows machine, engines and devices in columns", () => {
  assertEquals(
    formatDiagnosis(DIAGNOSIS).split("\n").slice(0, -3).join("\n"),
    `\
versions    glimpse 0.1.0, onnxruntime-node does not load
system      linux x86_64, kernel 6.8.0, glibc 2.39
processor   A Processor, 16 cores, 1 thread at once
memory      128.0 GiB, at most 8.5 GiB for this container
graphics    NVIDIA H200, 140.0 GiB, compute capability 9.0; driver 570.86.15 for CUDA up to
            12.8

engines that take a training step (--engine)                           training
  onnx                works on cuda                                   1,230,000
  tfjs, cpu           works                                                0.99

devices that run ONNX (--device)                                       training    inference
* cuda                works                                              12,300    1,000,000
  webgpu              does not work
      it is not there
      fix: deno task setup:x
`,
  );
});

Deno.test("formatDiagnosis() breaks long reasons, and has no speeds where none was measured", () => {
  const reason = "this library and that library ".repeat(20).trim();
  const text = formatDiagnosis({
    ...DIAGNOSIS,
    machine: null,
    engines: [],
    devices: [device("cuda", { works: false, reason })],
  });
  assert(text.split("\n").every((line) => line.length <= 92 && line.trimEnd() === line));
  assertEquals(text.replaceAll(/\s+/g, " ").match(/that library/g)?.length, 20);
  assert(text.includes("machine     could not be described"));
  assert(!/Speeds|inference|fix:/.test(text));
});
