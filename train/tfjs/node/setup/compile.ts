import { fileURLToPath } from "node:url";
import type { Libtensorflow } from "./libtensorflow.ts";
import { runProgram } from "../../../../lib/setup/run_program.ts";
import { OLDEST_GLIBC } from "./wheels.ts";

/** Options for {@linkcode compileBinding}. */
export interface CompileOptions extends Libtensorflow {
  readonly compiler: string;
  /** The folder with the npm package, where the binding goes too. */
  readonly home: string;
  /** The binding's path. */
  readonly out: string;
}

/**
 * Compiles the package's own C++ sources into an addon that finds its libraries by itself.
 *
 * @throws {InputError} If there is no compiler, or it fails.
 */
export async function compileBinding(
  { compiler, home, out, include, libraries }: CompileOptions,
): Promise<void> {
  const modules = `${home}/node_modules`;
  const sources = `${modules}/@tensorflow/tfjs-node-gpu/binding`;
  const folders = libraries.map((library) => library.replace(/\/[^/]*$/, ""));
  // Beside the binding a path relative to it: the folder is renamed when it is whole.
  const rpaths = [...new Set(folders)].map((folder) =>
    folder.startsWith(`${home}/`) ? `$ORIGIN${folder.slice(home.length)}` : folder
  );
  await runProgram(compiler, [
    ...["-std=c++17", "-O2", "-shared", "-fPIC", "-DNAPI_VERSION=8"],
    ...[`${modules}/@tensorflow/tfjs-node-gpu`, `${modules}/node-api-headers/include`, include]
      .map((folder) => `-I${folder}`),
    ...["-o", out, `${sources}/tfjs_backend.cc`, `${sources}/tfjs_binding.cc`, ...libraries],
    ...rpaths.map((folder) => `-Wl,-rpath,${folder}`),
  ], {
    action: "compile the binding",
    missing: "install a C++ compiler (apt-get install g++) or name one with --compiler",
    causes: [
      [
        /fatal error: tensorflow\/|fatal error: (xla|tsl)\//,
        "libtensorflow's headers are incomplete, all of its include/ folder is needed",
      ],
      [
        /GLIBC(XX)?_[\d.]+/,
        `this machine's C library is older than libtensorflow needs, glibc ${OLDEST_GLIBC} or newer is needed`,
      ],
    ],
  });
}

/** The files that `deno install` makes the package from, pinned by their lock. */
const PACKAGE_FILES = ["deno.json", "package.json", "deno.lock"];

/**
 * Installs the npm package with the N-API headers into a folder. It gets no copy of the
 * `@tensorflow/tfjs` that it asks for: Glimpse's own tfjs-core takes its place.
 *
 * @param options.runScripts Run the package's install script, which fetches libtensorflow and its
 * binding.
 * @throws {InputError} If it cannot be fetched, or its install script fails.
 */
export async function installPackage(
  home: string,
  { runScripts }: { runScripts: boolean },
): Promise<void> {
  for (const name of PACKAGE_FILES) {
    const from = fileURLToPath(new URL(`package/${name}`, import.meta.url));
    await Deno.writeFile(`${home}/${name}`, await Deno.readFile(from));
  }
  const scripts = runScripts ? ["--allow-scripts=npm:@tensorflow/tfjs-node-gpu"] : [];
  await runProgram(Deno.execPath(), ["install", "--frozen", ...scripts], {
    cwd: home,
    action: "install @tensorflow/tfjs-node-gpu",
    missing: "it is this very Deno that is needed",
    causes: [[
      /script 'install'[^]*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT)/,
      "the host that its install script downloads from cannot be reached, --from-pypi needs the package index alone",
    ]],
  });
}
