import type { OptionTable, OptionValues } from "../../../../lib/command/flags.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { onlyFlag } from "../../../../lib/command/only_flag.ts";
import { defineCommand, runCommand } from "../../../../lib/command/command.ts";
import { PROCESS } from "../../../../lib/command/process.ts";
import { setUp, type Source } from "./set_up.ts";

const options = {
  fromPypi: {
    kind: "boolean",
    description:
      "Take libtensorflow from PyPI's tensorflow-cpu wheel, which pip downloads (274 MB)",
  },
  gpu: {
    kind: "boolean",
    description:
      "With --from-pypi: from the tensorflow wheel, with NVIDIA's CUDA 12.9 and cuDNN 9 (3.4 GB)",
  },
  wheel: {
    kind: "path",
    description: "Take libtensorflow from this file, a wheel of tensorflow or tensorflow-cpu",
  },
  libtensorflow: {
    kind: "path",
    description: "Build against this folder, which has include/ and lib/ of libtensorflow",
  },
  fromNpm: {
    kind: "boolean",
    description:
      "Let the package's install script fetch libtensorflow 2.9.1, which needs CUDA 11.2 and cuDNN 8.1",
  },
  compiler: { kind: "string", description: "The C++ compiler", default: "c++" },
  python: { kind: "string", description: "The Python whose pip downloads", default: "python3" },
} as const satisfies OptionTable;

export const program = defineCommand({
  name: "setup:libtensorflow",
  description: "Make @tensorflow/tfjs-node-gpu work here: build its native binding, or fetch it",
  options,
  examples: [
    { does: "For the CPU", line: "deno task setup:libtensorflow --from-pypi" },
    { does: "For an NVIDIA GPU", line: "deno task setup:libtensorflow --from-pypi --gpu" },
    {
      does: "With a libtensorflow that is here already",
      line: "deno task setup:libtensorflow --libtensorflow /usr/local",
    },
  ],
  async run(values, host) {
    const { compiler, python } = values;
    const { path, libtensorflow, gpu, reason } = await setUp(sourceOf(values), {
      compiler,
      python,
      onProgress: host.print,
    });
    host.print(`written to ${path}`);
    host.print(gpu ? `it runs libtensorflow ${libtensorflow} on a GPU` : `it runs, and ${reason}`);
    host.print("next: deno task train --engine tfjs-node-gpu");
  },
});

/** The source that the flags name. */
function sourceOf(values: OptionValues<typeof options>): Source {
  const { fromPypi, gpu, wheel, libtensorflow, fromNpm } = values;
  const source = onlyFlag<Source>({
    fromPypi: fromPypi ? { kind: "pypi", gpu } : undefined,
    wheel: wheel === undefined ? undefined : { kind: "wheel", path: wheel },
    libtensorflow: libtensorflow === undefined
      ? undefined
      : { kind: "folder", path: libtensorflow },
    fromNpm: fromNpm ? { kind: "npm" } : undefined,
  }, "set up libtensorflow");
  if (gpu && !fromPypi) {
    throw new InputError(
      "Cannot use --gpu: it chooses between the wheels of --from-pypi, which is not given",
    );
  }
  return source;
}

if (import.meta.main) await runCommand(program, PROCESS);
