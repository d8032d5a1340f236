import { z } from "zod";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { LATENTS_FILE } from "./latents_file.ts";
import {
  checkFolderOut,
  replacedName,
  writeAll,
  writeFile,
  writeFolder,
  type WriteOptions,
} from "../files/atomic_write.ts";

/** The names of the files of a run folder. */
export const RUN_FILES = {
  manifest: "manifest.json",
  encoder: "encoder.onnx",
  decoder: "decoder.onnx",
  classifier: "classifier.onnx",
  classifierUint8: "classifier_uint8.onnx",
  mixture: "gmm.json",
  history: "history.csv",
  metrics: "metrics.json",
  summary: "summary.json",
  latents: LATENTS_FILE,
  examples: "examples.npz",
  plots: "plots",
  report: "report.html",
} as const;

const FORMAT = "glimpse-run";
const FORMAT_VERSION = 1;

const fileEntry = z.strictObject({
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const descriptionFields = {
  /** The name of the model in the table of models. */
  model: z.string(),
  /** The labels that the classifier answers with, ascending. */
  classes: z.array(z.int()),
  /** The names of labels 0, 1, …, if the classes have names that are no integers. */
  classNames: z.array(z.string()).optional(),
  /** `[height, width, channels]`. */
  imageShape: z.tuple([
    z.int().positive(),
    z.int().positive(),
    z.int().positive(),
  ]),
  /** What a pixel of the training images was divided by to come into [0, 1]. */
  scale: z.literal([1, 255]),
  latentDim: z.int().positive(),
  seed: z.int().nonnegative(),
  /** The options of the training command, by name. */
  options: z.record(z.string(), z.json()),
  /** The versions of what wrote it, by name. */
  versions: z.record(z.string(), z.string()),
  /** The greatest difference between each exported file and the model that it was made from. */
  exportCheck: z.record(z.string(), z.number().nonnegative()),
};

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  ...descriptionFields,
  /** Every other file of the folder by its path in it. */
  files: z.record(z.string(), fileEntry),
});

/** What `manifest.json` says. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The part of a manifest that the writer of a run provides. */
export type RunDescription = Omit<Manifest, "format" | "formatVersion" | "files">;

/** A run folder whose manifest has been read. */
export interface Run {
  readonly dir: string;
  readonly manifest: Manifest;
  /**
   * The bytes of one of its files.
   *
   * @throws {InputError} If the file is missing or is not what was written.
   */
  read(file: string): Promise<Uint8Array>;
}

/**
 * Says before hours of training whether a run could be written at their end.
 *
 * @throws {InputError} If the folder exists and `force` is off, is no run, or cannot be written.
 */
export async function checkOut(out: string, { force = false }: WriteOptions = {}): Promise<void> {
  await checkFolderOut(out, { force, isOurs: isRun });
}

/**
 * Writes a run folder. It is whole or absent, even if the process is killed; with `force` a run
 * that stands there is replaced at the end.
 *
 * @param write Fills the folder that it is given and says what the run is.
 * @throws {InputError} As {@linkcode checkOut} does.
 */
export async function writeRun(
  out: string,
  write: (dir: string) => Promise<RunDescription>,
  { force = false }: WriteOptions = {},
): Promise<void> {
  await writeFolder(out, async (dir) => {
    const description = await write(dir);
    const { manifest } = await runOf(dir, description);
    await Deno.writeFile(`${dir}/${RUN_FILES.manifest}`, encodeManifest(manifest));
  }, { force, isOurs: isRun });
}

/** A run as it is while its folder is written: with the files that are there by now. */
export async function runOf(dir: string, description: RunDescription): Promise<Run> {
  const manifest: Manifest = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    ...description,
    files: Object.fromEntries(await listFiles(dir)),
  };
  return { dir, manifest, read: (file) => readRunFile(dir, file, manifest) };
}

/**
 * Puts a file into a run folder in place of the one that stands there, and into its manifest.
 * Killed between the two, it leaves a file that readers refuse until it is written again.
 *
 * @throws {InputError} If the folder cannot be written.
 */
export async function replaceRunFile(
  { dir, manifest }: Run,
  file: string,
  { bytes }: { bytes: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const put = (name: string, content: Uint8Array) =>
    writeFile(`${dir}/${name}`, (out) => writeAll(out, content), { force: true });
  await put(file, bytes);
  const entry = { bytes: bytes.length, sha256: await sha256(bytes) };
  const files = Object.entries({ ...manifest.files, [file]: entry });
  const sorted = Object.fromEntries(files.sort(([a], [b]) => a < b ? -1 : 1));
  await put(RUN_FILES.manifest, encodeManifest({ ...manifest, files: sorted }));
}

function encodeManifest(manifest: Manifest): Uint8Array {
  // A description that the reader would refuse is a fault to find now.
  const text = JSON.stringify(manifestSchema.parse(manifest), null, 2);
  return new TextEncoder().encode(`${text}\n`);
}

/**
 * Opens a run folder. Its files are read and checked against their hashes when they are asked for.
 *
 * @throws {InputError} If it is no run folder, or one that a newer Glimpse wrote.
 */
export async function readRun(dir: string): Promise<Run> {
  const manifest = parseManifest(dir, await readManifest(dir));
  return { dir, manifest, read: (file) => readRunFile(dir, file, manifest) };
}

async function readManifest(dir: string): Promise<unknown> {
  const path = `${dir}/${RUN_FILES.manifest}`;
  let text;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw await explainAbsence(dir);
    throw explainFileError(error, `read run "${dir}"`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(
      `Cannot read run "${dir}": its ${RUN_FILES.manifest} is not JSON, the file that train wrote is needed`,
    );
  }
}

async function explainAbsence(dir: string): Promise<InputError> {
  const exists = async (path: string) => await Deno.stat(path).then(() => true, () => false);
  const found = await exists(dir)
    ? `it holds no ${RUN_FILES.manifest}`
    : await exists(replacedName(dir))
    ? `it was being replaced when the process was killed, and stands in "${replacedName(dir)}"`
    : "there is no such folder";
  return new InputError(`Cannot read run "${dir}": ${found}, a folder that train wrote is needed`);
}

function parseManifest(dir: string, json: unknown): Manifest {
  const version = versionOf(json);
  if (version !== undefined && version > FORMAT_VERSION) {
    throw new InputError(
      `Cannot read run "${dir}": it has format version ${version}, this Glimpse reads up to ${FORMAT_VERSION} and must be updated`,
    );
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new InputError(
    `Cannot read run "${dir}": its ${RUN_FILES.manifest} has a fault at "${
      path.join(".")
    }" (${message}), the file that train wrote is needed`,
  );
}

function versionOf(json: unknown): number | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { format, formatVersion } = json as Record<string, unknown>;
  return format === FORMAT && typeof formatVersion === "number" ? formatVersion : undefined;
}

async function readRunFile(dir: string, file: string, { files }: Manifest): Promise<Uint8Array> {
  const entry = files[file];
  if (entry === undefined) {
    throw new InputError(
      `Cannot read run "${dir}": its manifest lists no ${file}, a run that has one is needed`,
    );
  }
  let bytes;
  try {
    bytes = await Deno.readFile(`${dir}/${file}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError(
        `Cannot read run "${dir}": its ${file} is missing, the whole folder that train wrote is needed`,
      );
    }
    throw explainFileError(error, `read run "${dir}"`);
  }
  if (await sha256(bytes) !== entry.sha256) {
    throw new InputError(
      `Cannot read run "${dir}": its ${file} was altered after train wrote it (${bytes.length} bytes of ${entry.bytes}), the file as it was is needed`,
    );
  }
  return bytes;
}

async function listFiles(
  dir: string,
  prefix = "",
): Promise<[string, z.infer<typeof fileEntry>][]> {
  const files: [string, z.infer<typeof fileEntry>][] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${dir}/${prefix}`)) {
    if (isDirectory) {
      files.push(...await listFiles(dir, `${prefix}${name}/`));
    } else {
      const bytes = await Deno.readFile(`${dir}/${prefix}${name}`);
      files.push([`${prefix}${name}`, { bytes: bytes.length, sha256: await sha256(bytes) }]);
    }
  }
  // In the order of names, for the same manifest from the same files.
  return files.sort(([a], [b]) => a < b ? -1 : 1);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

function isRun(dir: string): boolean {
  try {
    const json = JSON.parse(Deno.readTextFileSync(`${dir}/${RUN_FILES.manifest}`));
    return versionOf(json) !== undefined;
  } catch {
    return false;
  }
}
