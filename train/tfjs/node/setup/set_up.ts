import { InputError } from "../../../../lib/input_error.ts";
import { formatDuration } from "../../../../lib/command/progress.ts";
import { runProgram } from "../../../../lib/setup/run_program.ts";
import { downloadWheel } from "../../../../lib/setup/wheel.ts";
import { writeFolder } from "../../../../lib/files/write_folder.ts";
import { BINDING_FILE, BINDING_HOME } from "../find_binding.ts";
import { type BindingProbe, probeBinding } from "../probe_binding.ts";
import { compileBinding, installPackage } from "./compile.ts";
import { CUDA_GIGABYTES, installCudaLibraries } from "./cuda_libraries.ts";
import { findLibtensorflow, UNPACKED, unpackWheel } from "./libtensorflow.ts";
import { checkGivenWheel, WHEELS } from "./wheels.ts";

/** Where libtensorflow comes from. */
export type Source =
  /** A folder with `include/` and `lib/`. */
  | { readonly kind: "folder"; readonly path: string }
  /** The wheel of a Python package. */
  | { readonly kind: "wheel"; readonly path: string }
  /** A wheel that pip downloads. */
  | { readonly kind: "pypi"; readonly gpu: boolean }
  /** The npm package's own install script, which brings the binding too. */
  | { readonly kind: "npm" };

/** Options for {@linkcode setUp}. */
export interface SetUpOptions {
  /** @default {"c++"} */
  compiler?: string;
  /** The Python whose pip downloads. @default {"python3"} */
  python?: string;
  /** The folder to fill; what was set up there before is replaced. @default {BINDING_HOME} */
  home?: string;
  /** Called before each part of the work. */
  onProgress?: (line: string) => void;
}

/** The file that marks a folder as one that was set up here. */
const MARK = "set_up.json";

/**
 * Makes `@tensorflow/tfjs-node-gpu` work: installs the npm package and brings its native binding.
 * The folder is whole or absent, and what is in it was loaded once.
 *
 * @throws {InputError} If something that is needed is missing, or the binding does not load.
 */
export async function setUp(source: Source, options: SetUpOptions = {}): Promise<BindingProbe> {
  const { compiler = "c++", python = "python3", home = BINDING_HOME, onProgress } = options;
  checkPlatform(source);
  if (source.kind === "folder") await findLibtensorflow(source.path);
  if (source.kind === "wheel") await checkGivenWheel(source.path);
  if (source.kind !== "npm") await checkCompiler(compiler);
  const started = performance.now();
  const say = (line: string) => {
    onProgress?.(`${formatDuration((performance.now() - started) / 1000)} ${line}`);
  };
  return await writeFolder(home, async (folder) => {
    const dir = await Deno.realPath(folder);
    say("installing the npm package @tensorflow/tfjs-node-gpu");
    await installPackage(dir, { runScripts: source.kind === "npm" });
    if (source.kind !== "npm") {
      const libtensorflow = await bring(source, { python, into: dir, say });
      say("compiling its binding");
      await compileBinding({
        compiler,
        home: dir,
        out: `${dir}/${BINDING_FILE}`,
        ...libtensorflow,
      });
    }
    say("loading it");
    const probe = await probeBinding({ home: dir });
    if (!probe.works) {
      throw new InputError(
        `Cannot use the binding: ${probe.reason}, another libtensorflow is needed`,
      );
    }
    const { libtensorflow } = probe;
    await Deno.writeTextFile(`${dir}/${MARK}`, JSON.stringify({ source, libtensorflow }));
    return { ...probe, path: `${home}${probe.path!.slice(dir.length)}` };
  }, { force: true, findForeign });
}

/** Brings libtensorflow's headers and libraries. */
async function bring(
  source: Exclude<Source, { kind: "npm" }>,
  { python, into, say }: { python: string; into: string; say: (line: string) => void },
) {
  if (source.kind === "folder") return await findLibtensorflow(source.path);
  let path: string;
  if (source.kind === "wheel") path = source.path;
  else {
    const wheel = WHEELS[source.gpu ? "gpu" : "cpu"];
    say(`downloading ${wheel.file} (${wheel.megabytes} MB) with pip`);
    path = await downloadWheel(wheel, { python, into });
  }
  say("unpacking libtensorflow from it");
  await unpackWheel(path, `${into}/${UNPACKED}`);
  if (source.kind === "pypi") await Deno.remove(path);
  if (source.kind === "pypi" && source.gpu) {
    say(`downloading NVIDIA's CUDA libraries (${CUDA_GIGABYTES} GB) with pip`);
    await installCudaLibraries({ python, into: `${into}/${UNPACKED}` });
  }
  return await findLibtensorflow(`${into}/${UNPACKED}`);
}

function checkPlatform({ kind }: Source): void {
  const { os, arch } = Deno.build;
  if (kind === "npm" || os === "linux" && (kind === "folder" || arch === "x86_64")) return;
  const needed = kind === "folder" ? "Linux" : "Linux on x86-64";
  throw new InputError(
    `Cannot build the binding: this is ${os} on ${arch}, ${needed} is needed; --from-npm asks the package's makers for theirs`,
  );
}

async function checkCompiler(compiler: string): Promise<void> {
  await runProgram(compiler, ["--version"], {
    action: "compile the binding",
    missing: "install a C++ compiler (apt-get install g++) or name one with --compiler",
  });
}

function findForeign(folder: string): string | undefined {
  try {
    Deno.statSync(`${folder}/${MARK}`);
    return undefined;
  } catch {
    return "it holds other files";
  }
}
