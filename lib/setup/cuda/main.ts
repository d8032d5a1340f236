import type { OptionTable, OptionValues } from "../../command/flags.ts";
import { onlyFlag } from "../../command/only_flag.ts";
import { defineCommand, runCommand } from "../../command/command.ts";
import { PROCESS } from "../../command/process.ts";
import { cudaNeeds, CUDNN } from "../../runtime/device_cuda.ts";
import { loadLibrary, runtimeFolder, runtimeVersion } from "../../runtime/session.ts";
import { type CudaSource, removeCuda, setUpCuda } from "./set_up_cuda.ts";

const options = {
  fromNpm: {
    kind: "boolean",
    description: "Run the npm package's install script, which downloads from another host",
  },
  fromPypi: {
    kind: "boolean",
    description: "Download the wheel of onnxruntime-gpu from PyPI with pip",
  },
  wheel: { kind: "path", description: "Use this wheel of onnxruntime-gpu" },
  remove: { kind: "boolean", description: "Remove the library again" },
  python: { kind: "string", description: "The Python whose pip downloads", default: "python3" },
} as const satisfies OptionTable;

export const program = defineCommand({
  name: "setup:cuda",
  description: "Install ONNX Runtime's CUDA library, for --device cuda",
  options,
  examples: [
    { does: "From PyPI, checked by its hash", line: "deno task setup:cuda --from-pypi" },
    { does: "With the install script of the npm package", line: "deno task setup:cuda --from-npm" },
    { does: "Remove it", line: "deno task setup:cuda --remove" },
  ],
  async run(values, host) {
    const source = sourceOf(values);
    const folder = runtimeFolder();
    if (source === "remove") {
      const removed = await removeCuda(folder);
      return host.print(
        removed.length === 0
          ? `there is nothing to remove in ${folder}`
          : `removed ${removed.join(", ")} from ${folder}`,
      );
    }
    const version = runtimeVersion();
    const { python } = values;
    await setUpCuda(source, { version, folder, python, onProgress: host.print });
    host.print(`placed in ${folder}`);
    for (const line of await describeNeeds(folder)) host.print(line);
  },
});

/** The source that the flags name. */
function sourceOf(
  { fromNpm, fromPypi, wheel, remove }: OptionValues<typeof options>,
): CudaSource | "remove" {
  return onlyFlag<CudaSource | "remove">({
    fromNpm: fromNpm ? { kind: "npm" } : undefined,
    fromPypi: fromPypi ? { kind: "pypi" } : undefined,
    wheel: wheel === undefined ? undefined : { kind: "wheel", path: wheel },
    remove: remove ? "remove" : undefined,
  }, "set up CUDA");
}

/** Which driver and libraries it needs, and which of them are missing. */
async function describeNeeds(folder: string): Promise<string[]> {
  const { cuda, libraries } = await cudaNeeds(folder);
  const needed = [...libraries, CUDNN];
  const missing = needed.filter((name) => loadLibrary(name, {}) === undefined);
  return [
    `it needs an NVIDIA driver that runs CUDA ${cuda}, the libraries of CUDA ${cuda}, and cuDNN 9`,
    missing.length === 0
      ? "this machine has all of them: deno task train --device cuda"
      : `this machine lacks ${missing.join(", ")}`,
  ];
}

if (import.meta.main) await runCommand(program, PROCESS);
