import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { openBytes } from "../../../lib/data/bytes.ts";
import { openZipEntry, readZipEntries } from "../../../lib/data/zip.ts";
import { InputError } from "../../../lib/input_error.ts";
import { writeAll } from "../../../lib/write_aside.ts";
import { runProgram } from "../../../lib/run_program.ts";
import { OLDEST_GLIBC, PIP_TARGET, type Wheel, WHEELS } from "./wheels.ts";

/** What the binding is compiled against. */
export interface Libtensorflow {
  /** The folder that holds `tensorflow/c/c_api.h`. */
  readonly include: string;
  /** The shared libraries to link. */
  readonly libraries: readonly string[];
}

/** The folder with the libraries, beside the binding, where they come from a wheel. */
export const UNPACKED = "libtensorflow";

/** The C interface's library and the one it needs, by the names that distributions give them. */
const LIBRARY_NAMES = [
  ["libtensorflow_cc.so.2", "libtensorflow.so.2", "libtensorflow.so"],
  ["libtensorflow_framework.so.2", "libtensorflow_framework.so"],
] as const;

/**
 * Finds a libtensorflow in a folder of the user's: with `include/` and `lib/`, as TensorFlow
 * publishes it, or the folder of an installed Python package.
 *
 * @throws {InputError} If the headers or a library are missing.
 */
export async function findLibtensorflow(folder: string): Promise<Libtensorflow> {
  const action = `build against ${JSON.stringify(folder)}`;
  const fault = (found: string) =>
    new InputError(
      `Cannot ${action}: ${found}, a folder with include/ and lib/ of libtensorflow is needed`,
    );
  const root = await Deno.realPath(folder).catch(() => {
    throw fault("there is no such folder");
  });
  const include = `${root}/include`;
  for (const header of ["tensorflow/c/c_api.h", "tensorflow/c/eager/c_api.h"]) {
    if (!await exists(`${include}/${header}`)) throw fault(`include/${header} is missing`);
  }
  const libraries: string[] = [];
  for (const names of LIBRARY_NAMES) {
    const paths = names.flatMap((name) => [`${root}/lib/${name}`, `${root}/${name}`]);
    const found = await firstThatExists(paths);
    if (found === undefined) throw fault(`lib/${names.at(-1)} is missing`);
    libraries.push(found);
  }
  return { include, libraries };
}

/** Options for {@linkcode downloadWheel}. */
export interface DownloadOptions {
  /** The Python whose pip downloads. */
  python: string;
  /** The folder to download into. */
  into: string;
}

/**
 * Downloads a wheel with pip, as pip is set up to reach its index.
 *
 * @returns Its path.
 * @throws {InputError} If there is no pip, the index has no such file, or it is not the one meant.
 */
export async function downloadWheel(
  wheel: Wheel,
  { python, into }: DownloadOptions,
): Promise<string> {
  const instead = `or download ${wheel.file} elsewhere and give it with --wheel`;
  await runProgram(python, [
    ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"],
    ...PIP_TARGET,
    ...["--dest", into, wheel.requirement],
  ], {
    action: `download ${wheel.requirement}`,
    missing: `install Python (apt-get install python3-pip), ${instead}`,
    causes: [
      [
        /No module named pip/,
        `${python} has no pip, install it (apt-get install python3-pip), ${instead}`,
      ],
      [/No matching distribution/, `pip's index offers none for Linux on x86-64, ${instead}`],
    ],
  });
  const path = `${into}/${wheel.file}`;
  await checkWheel(path);
  return path;
}

/**
 * Checks a file that bears the name of a wheel that is known.
 *
 * @throws {InputError} If its hash is another.
 */
export async function checkWheel(path: string): Promise<void> {
  const name = path.split(/[\\/]/).at(-1);
  const known = Object.values(WHEELS).find(({ file }) => file === name);
  if (known === undefined) return;
  const hash = createHash("sha256");
  for await (const block of (await openBytes(path)).open()) hash.update(block);
  const found = hash.digest("hex");
  if (found !== known.sha256) {
    throw new InputError(
      `Cannot use ${JSON.stringify(path)}: its SHA-256 is ${found}, ${known.sha256} is needed`,
    );
  }
}

/** The headers of the C interface, and those they include from elsewhere. */
const HEADER =
  /^tensorflow\/include\/(tensorflow\/c\/.*|.*\/tsl\/c\/.*|.*\/ctstring(_internal)?)\.h$/;

const LIBRARY = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/;

/**
 * Unpacks headers and libraries of a wheel, and nothing else of it, into a folder of the form that
 * {@linkcode findLibtensorflow} takes.
 *
 * @throws {InputError} If it is no zip, is damaged, or holds no libtensorflow.
 */
export async function unpackWheel(path: string, into: string): Promise<void> {
  const file = await openBytes(path);
  const entries = await readZipEntries(file);
  const libraries = entries.filter((entry) => LIBRARY.test(entry.path));
  if (libraries.length < 2) {
    throw new InputError(
      `Cannot take libtensorflow from ${file.name}: it holds ${libraries.length} of its 2 libraries for Linux, a wheel of tensorflow or tensorflow-cpu is needed`,
    );
  }
  for (const entry of [...libraries, ...entries.filter((entry) => HEADER.test(entry.path))]) {
    const target = entry.path.replace(LIBRARY, "lib/$1").replace(/^tensorflow\/include/, "include");
    await Deno.mkdir(`${into}/${target}`.replace(/\/[^/]*$/, ""), { recursive: true });
    using out = await Deno.open(`${into}/${target}`, { write: true, createNew: true });
    const source = openZipEntry(file, entry, { maxBytes: entry.size });
    for await (const block of source.open()) await writeAll(out, block);
  }
}

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

/** Options for {@linkcode installPackage}. */
export interface InstallOptions {
  /**
   * Run the package's install script, which fetches libtensorflow and its binding.
   *
   * @default {false}
   */
  runScripts?: boolean;
}

/**
 * Installs the npm package with the N-API headers into a folder. It gets no copy of the
 * `@tensorflow/tfjs` that it asks for: Glimpse's own tfjs-core takes its place.
 *
 * @throws {InputError} If it cannot be fetched, or its install script fails.
 */
export async function installPackage(
  home: string,
  { runScripts = false }: InstallOptions = {},
): Promise<void> {
  for (const name of PACKAGE_FILES) {
    const from = fileURLToPath(new URL(`package/${name}`, import.meta.url));
    await Deno.writeFile(`${home}/${name}`, await Deno.readFile(from));
  }
  const scripts = runScripts ? ["--allow-scripts=npm:@tensorflow/tfjs-node-gpu"] : [];
  await runProgram(Deno.execPath(), ["install", "--frozen", "--quiet", ...scripts], {
    cwd: home,
    action: "install @tensorflow/tfjs-node-gpu",
    missing: "it is this very Deno that is needed",
    causes: [[
      /script 'install'[^]*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT)/,
      "the host that its install script downloads from cannot be reached, --from-pypi needs the package index alone",
    ]],
  });
}

async function firstThatExists(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await exists(path)) return path;
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
