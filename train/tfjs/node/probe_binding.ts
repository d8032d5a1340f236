import { denoCommand } from "../../../lib/setup/deno_command.ts";
import { fileURLToPath } from "node:url";
import { type BindingOptions, findBinding } from "./find_binding.ts";
import { platform } from "../../../lib/platform/platform.ts";

/** What became of an attempt to load the binding. */
export interface BindingProbe {
  /** Whether it loads and computes. */
  readonly works: boolean;
  /** Whether it computes on a GPU. */
  readonly gpu: boolean;
  /** Where it is, if anywhere. */
  readonly path?: string;
  /** The version of libtensorflow behind it. */
  readonly libtensorflow?: string;
  /** Why it does not work, or sees no GPU: a clause without a full stop. */
  readonly reason?: string;
  /** What would help: a clause that names a command. */
  readonly fix?: string;
}

/** Nothing was set up. */
export const NO_BINDING = {
  works: false,
  gpu: false,
  reason: "its native binding is not set up",
  fix: "deno task setup:libtensorflow --from-pypi builds it (--gpu with CUDA)",
} as const satisfies BindingProbe;

/** How long libtensorflow may take to load, in milliseconds. */
const PATIENCE = 60_000;

const PROBE = new URL("probe/main.ts", import.meta.url);

/**
 * Finds out whether the binding of `@tensorflow/tfjs-node-gpu` works and sees a GPU. It is loaded in
 * a process of its own, as a library that does not fit ends the process that loads it. Never
 * throws; where no binding is, no process is started.
 */
export async function probeBinding(options: BindingOptions = {}): Promise<BindingProbe> {
  const fault = (reason: string, path?: string): BindingProbe => ({
    works: false,
    gpu: false,
    ...path === undefined ? {} : { path },
    reason,
    fix: "deno task setup:libtensorflow --from-pypi builds another",
  });
  let path: string | undefined;
  try {
    path = (await findBinding(options))?.path;
    if (path === undefined) return NO_BINDING;
    const { success, signal, stdout, stderr } = await loadElsewhere(path);
    if (signal === "SIGKILL") return fault(`it did not load in ${PATIENCE / 1000} s`, path);
    if (signal !== null) return fault(`loading it ends the process with ${signal}`, path);
    const answer = lastLine(stdout);
    if (!success || !answer.startsWith("{")) return fault(lastLine(stderr), path);
    const { error, libtensorflow, gpu } = JSON.parse(answer);
    if (error !== undefined) {
      // Deno adds the path again, on a line of its own.
      return fault(`it does not load (${error.split("\n")[0]})`, path);
    }
    return gpu ? { works: true, gpu, path, libtensorflow } : {
      works: true,
      gpu,
      path,
      libtensorflow,
      reason: `libtensorflow ${libtensorflow} sees no GPU${whyNoGpu(stderr)}`,
      fix: "an NVIDIA driver, and deno task setup:libtensorflow --from-pypi --gpu",
    };
  } catch (error) {
    return { ...fault(explain(error), path), fix: "a deno on the PATH, and --allow-run=deno" };
  }
}

/** Why no process could be started. */
function explain(error: unknown): string {
  if (error instanceof platform.errors.NotFound) {
    return "there is no deno on the PATH to try it with";
  }
  return error instanceof Error ? error.message : String(error);
}

async function loadElsewhere(path: string) {
  const flags = ["--no-config", "--no-lock", "--no-prompt", "--allow-read", "--allow-ffi"];
  const process = new platform.Command(await denoCommand(), {
    args: ["run", "--quiet", ...flags, fileURLToPath(PROBE), path],
    env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "0" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => process.kill("SIGKILL"), PATIENCE);
  const { success, signal, stdout, stderr } = await process.output();
  clearTimeout(timer);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, signal, stdout: decode(stdout), stderr: decode(stderr) };
}

/** What libtensorflow says of the GPU when it starts; one without CUDA says nothing. */
function whyNoGpu(log: string): string {
  const sayings =
    /Could not find cuda drivers|Cannot dlopen some GPU libraries|failed call to cuInit/;
  const saying = log.match(sayings)?.[0];
  return saying === undefined ? "" : ` (${saying})`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!;
}
