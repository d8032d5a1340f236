import { Buffer } from "node:buffer";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { writeAll, writeFile, type WriteOptions } from "../files/atomic_write.ts";
import { checkFolderOut, replacedName, writeFolder } from "../files/write_folder.ts";
import { isTemporaryName } from "../files/temporaries.ts";
import {
  createManifest,
  type FileEntry,
  formatManifest,
  formatVersionOf,
  type Manifest,
  parseManifest,
  type RunDescription,
} from "./manifest.ts";
import { platform } from "../platform/platform.ts";
import { RUN_FILES } from "./run_files.ts";

export { RUN_FILES } from "./run_files.ts";

/** What a run folder is written from. */
export interface RunContents {
  readonly description: RunDescription;
  /** The bytes of each file by its path in the folder. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** A run whose manifest has been read. */
export interface Run {
  /** The path of its folder. */
  readonly dir: string;
  readonly manifest: Manifest;
  /**
   * The bytes of one of its files.
   *
   * @throws {InputError} If the file is missing or is not the one that was written.
   */
  read(file: string): Promise<Uint8Array>;
}

/**
 * Checks before hours of training whether a run could be written at their end.
 *
 * @throws {InputError} If the folder exists and `force` is off, is no run, or cannot be written.
 */
export async function checkOut(out: string, { force = false }: WriteOptions = {}): Promise<void> {
  await checkFolderOut(out, { force, findForeign });
}

/**
 * Writes a run folder. It is whole or absent, even if the process is killed; with `force` a run
 * in its place is replaced at the end.
 *
 * @throws {InputError} As {@linkcode checkOut} does.
 */
export async function writeRun(
  out: string,
  contents: RunContents,
  { force = false }: WriteOptions = {},
): Promise<void> {
  const { manifest } = await openContents(out, contents);
  await writeFolder(out, async (dir) => {
    for (const [name, bytes] of Object.entries(contents.files)) {
      const folder = name.lastIndexOf("/");
      if (folder !== -1) {
        await platform.mkdir(`${dir}/${name.slice(0, folder)}`, { recursive: true });
      }
      await platform.writeFile(`${dir}/${name}`, bytes);
    }
    await platform.writeTextFile(`${dir}/${RUN_FILES.manifest}`, formatManifest(manifest));
  }, { force, findForeign });
}

/** A run before it is written, as {@linkcode readRun} would give it: a report needs nothing else. */
export async function openContents(
  dir: string,
  { description, files }: RunContents,
): Promise<Run> {
  const entries: Record<string, FileEntry> = {};
  for (const [name, bytes] of Object.entries(files)) entries[name] = await entryOf(bytes);
  return {
    dir,
    manifest: createManifest(description, entries),
    read: (file) => {
      if (Object.hasOwn(files, file)) return Promise.resolve(files[file]);
      return Promise.reject(lacks(dir, file));
    },
  };
}

/**
 * Replaces files of a run folder, or adds them, and updates the manifest. If the process is killed
 * between the two, readers reject what was replaced until it is written again.
 *
 * @param files Their bytes by their paths in the folder.
 * @throws {InputError} If the folder cannot be written.
 */
export async function replaceRunFiles(
  { dir, manifest }: Run,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const put = (name: string, content: Uint8Array) =>
    writeFile(`${dir}/${name}`, (out) => writeAll(out, content), { force: true });
  const entries: Record<string, FileEntry> = {};
  for (const [name, bytes] of Object.entries(files)) {
    await put(name, bytes);
    entries[name] = await entryOf(bytes);
  }
  const { files: others, ...description } = manifest;
  const changed = createManifest(description, { ...others, ...entries });
  await put(RUN_FILES.manifest, new TextEncoder().encode(formatManifest(changed)));
}

/**
 * Opens a run folder. Its files are read and checked against their hashes on demand.
 *
 * @throws {InputError} If it is no run folder, or has another format version.
 */
export async function readRun(dir: string): Promise<Run> {
  let text;
  try {
    text = await platform.readTextFile(`${dir}/${RUN_FILES.manifest}`);
  } catch (error) {
    if (error instanceof platform.errors.NotFound) throw await explainAbsence(dir);
    throw explainFileError(error, `read run "${dir}"`);
  }
  const manifest = parseManifest(text, dir);
  return { dir, manifest, read: (file) => readRunFile(dir, file, manifest) };
}

/**
 * The number of latent variables of a run.
 *
 * @throws {InputError} If its system has no latent space.
 */
export function latentDimOf({ dir, manifest: { system, latentDim } }: Run): number {
  if (latentDim !== undefined) return latentDim;
  throw new InputError(
    `Cannot use run "${dir}": its system ${system} has no latent space, a run that has one is needed`,
  );
}

/**
 * The labels that a run's classifier predicts, ascending.
 *
 * @throws {InputError} If its system has no classifier.
 */
export function classesOf(run: Run): readonly number[] {
  const { dir, manifest: { system, classes } } = run;
  if (classes !== undefined) return classes;
  checkNamed(run, "use");
  throw new InputError(
    `Cannot use run "${dir}": its system ${system} has no classifier, a run that has one is needed`,
  );
}

/**
 * Checks that a run does not wait for the names of its classes.
 *
 * @param action What is to be done, such as `explore with`.
 * @throws {InputError} If it does.
 */
export function checkNamed({ dir, manifest: { files } }: Run, action: string): void {
  if (!(RUN_FILES.labelling in files) || RUN_FILES.classifier in files) return;
  throw new InputError(
    `Cannot ${action} run "${dir}": its classes have no names yet, deno task label --run ${dir} names them`,
  );
}

async function explainAbsence(dir: string): Promise<InputError> {
  const exists = async (path: string) => await platform.stat(path).then(() => true, () => false);
  const found = await exists(dir)
    ? `it holds no ${RUN_FILES.manifest}`
    : await exists(replacedName(dir))
    ? `it was being replaced when the process was killed, and stands in "${replacedName(dir)}"`
    : "there is no such folder";
  return new InputError(`Cannot read run "${dir}": ${found}, a folder that train wrote is needed`);
}

async function readRunFile(dir: string, file: string, { files }: Manifest): Promise<Uint8Array> {
  if (!Object.hasOwn(files, file)) throw lacks(dir, file);
  let bytes;
  try {
    bytes = await platform.readFile(`${dir}/${file}`);
  } catch (error) {
    if (error instanceof platform.errors.NotFound) {
      throw new InputError(
        `Cannot read run "${dir}": its ${file} is missing, the whole folder that train wrote is needed`,
      );
    }
    throw explainFileError(error, `read run "${dir}"`);
  }
  if ((await entryOf(bytes)).sha256 !== files[file].sha256) {
    throw new InputError(
      `Cannot read run "${dir}": its ${file} was altered after train wrote it (${bytes.length} bytes of ${
        files[file].bytes
      }), the file as it was is needed`,
    );
  }
  return bytes;
}

function lacks(dir: string, file: string): InputError {
  return new InputError(
    `Cannot read run "${dir}": its manifest lists no ${file}, a run that has one is needed`,
  );
}

async function entryOf(bytes: Uint8Array): Promise<FileEntry> {
  const hash = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return { bytes: bytes.length, sha256: Buffer.from(hash).toString("hex") };
}

/** What of a run folder neither `train` nor `report` writes: a user's own file, or all of it. */
function findForeign(dir: string): string | undefined {
  let json: { files?: unknown };
  try {
    json = JSON.parse(platform.readTextFileSync(`${dir}/${RUN_FILES.manifest}`));
    if (formatVersionOf(json) === undefined) return "it holds other files";
  } catch {
    return "it holds other files";
  }
  const known = new Set([
    RUN_FILES.manifest,
    RUN_FILES.report,
    RUN_FILES.report.replace(/html$/, "pdf"),
    RUN_FILES.plots,
    ...Object.keys(json.files ?? {}).flatMap((file) => [file, file.split("/")[0]]),
  ]);
  const [foreign, ...others] = [...platform.readDirSync(dir)].map(({ name }) => name)
    .filter((name) => !known.has(name) && !isTemporaryName(name)).sort();
  if (foreign === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `it holds ${foreign}${more}, which train did not write`;
}
