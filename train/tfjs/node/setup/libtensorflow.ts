import { exists } from "../../../../lib/files/out_path.ts";
import { openBytes } from "../../../../lib/data/bytes.ts";
import { openZipEntry, readZipEntries } from "../../../../lib/data/zip.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { writeAll } from "../../../../lib/files/atomic_write.ts";

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

async function firstThatExists(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await exists(path)) return path;
  return undefined;
}
