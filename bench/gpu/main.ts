import { DEVICE_NAMES } from "../../lib/runtime/device.ts";
import { InputError } from "../../lib/input_error.ts";
import { defineCommand, runCommand, writeLine } from "../../lib/command/command.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { checkFileOut, writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { benchGpu } from "../gpu.ts";
import { formatMarkdown, formatReport, MAX_DIFFERENCE, parityFaults } from "./report.ts";

export const program = defineCommand({
  name: "bench:gpu",
  description:
    "Measure a GPU: parity with the CPU, inference, and the training step beside PyTorch",
  options: {
    device: {
      kind: "choice",
      choices: DEVICE_NAMES,
      description: "Where ONNX Runtime runs",
      default: "cuda",
    },
    run: { kind: "path", description: "A run whose models are used; without it, one is made" },
    batches: {
      kind: "integers",
      description: "Batch sizes of inference",
      default: [1, 16, 128, 1024, 8192],
      min: 1,
    },
    trainBatches: {
      kind: "integers",
      description: "Batch sizes of training",
      default: [128, 1024],
      min: 1,
    },
    steps: {
      kind: "integers",
      description: "Steps that one run of the recorded step takes on the device, a row each",
      default: [36, 360],
      min: 1,
    },
    rounds: { kind: "integer", description: "Turns that everyone takes", default: 7, min: 1 },
    out: { kind: "path", description: "Write the table to OUT.md and all figures to OUT.json" },
    force: { kind: "boolean", description: "Replace the files that stand there" },
  },
  examples: [
    { does: "Everything, on an NVIDIA GPU", line: "deno task bench:gpu --out gpu" },
    { does: "The same without one", line: "deno task bench:gpu --device cpu --rounds 3" },
  ],
  async run({ out, force, ...options }, host) {
    const files = out === undefined ? [] : [`${out}.md`, `${out}.json`];
    for (const file of files) await checkFileOut(file, { force });
    const report = await benchGpu({ ...options, onProgress: (line) => writeLine(host, line) });
    host.print(formatReport(report));
    const texts = [formatMarkdown(report), `${JSON.stringify(report, null, 2)}\n`];
    for (const [i, path] of files.entries()) {
      const bytes = new TextEncoder().encode(texts[i]);
      await writeFile(path, (file) => writeAll(file, bytes), { force });
      host.print(`written to ${path}`);
    }
    const faults = parityFaults(report);
    if (faults.length > 0) {
      const [{ model, output, difference }] = faults;
      throw new InputError(
        `Cannot trust ${options.device}: ${output} of the ${model} differs from the CPU's by ${
          difference ?? "no number"
        }, at most ${MAX_DIFFERENCE} is parity`,
      );
    }
  },
});

if (import.meta.main) await runCommand(program, PROCESS);
