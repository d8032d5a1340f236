import { basename, dirname, join, resolve } from "node:path";
import { writeAll } from "../files/atomic_write.ts";
import { explainFileError } from "../files/file_error.ts";
import { makeFolder } from "../files/make_folder.ts";
import { createTemporary, removeTemporary, type Temporary } from "../files/temporaries.ts";
import type { NdArray } from "../array/ndarray.ts";
import type { Model } from "./graph.ts";
import { encodeModel, type ExternalTensor } from "./proto.ts";
import { platform } from "../platform/platform.ts";

/** Options for {@linkcode writeModel}. */
export interface WriteModelOptions {
  /**
   * Weights of more bytes than this go to a file beside the model, named as it is with `.data`
   * behind: an `.onnx` file itself may hold 2 GB.
   * @default {1e9}
   */
  externalDataBytes?: number;
  /**
   * Called with the path of the written model before it takes its place; if it throws, nothing is
   * left behind.
   */
  check?: (path: string) => Promise<void>;
}

/** Smaller tensors stay in the model: they hold shapes and axes, which readers want at hand. */
const MIN_EXTERNAL_BYTES = 1024;

/** Offsets are multiples of it, so that a reader can map the file (ONNX's ExternalData.md). */
const ALIGNMENT = 4096;

/**
 * Writes a model under a temporary name and renames it at the end; a file of that name is replaced.
 *
 * @throws {InputError} If it cannot be written.
 */
export async function writeModel(
  model: Model,
  path: string,
  { externalDataBytes = 1e9, check = () => Promise.resolve() }: WriteModelOptions = {},
): Promise<void> {
  const folder = dirname(resolve(path));
  const name = basename(path);
  const arrays = [...model.graph.initializers];
  const total = arrays.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const outside = total > externalDataBytes
    ? arrays.filter(([, { data }]) => data.byteLength >= MIN_EXTERNAL_BYTES)
    : [];
  const external = placeTensors(outside, `${name}.data`);
  let staged: Temporary | undefined;
  try {
    await makeFolder(folder);
    staged = createTemporary(resolve(path), "folder");
    const staging = (file: string) => join(staged!.path, file);
    const files = [name];
    if (external.size > 0) {
      await writeTensors(staging(`${name}.data`), outside, external);
      files.unshift(`${name}.data`);
    }
    await platform.writeFile(staging(name), encodeModel(model, { external }));
    await check(staging(name));
    for (const file of files) await platform.rename(staging(file), join(folder, file));
    // That of a larger model whose place this one has taken.
    if (external.size === 0) await removeIfThere(join(folder, `${name}.data`));
  } catch (error) {
    throw explainFileError(error, `write "${path}"`);
  } finally {
    if (staged !== undefined) removeTemporary(staged);
  }
}

function placeTensors(
  arrays: readonly [string, NdArray][],
  location: string,
): Map<string, ExternalTensor> {
  let end = 0;
  return new Map(arrays.map(([name, { data }]) => {
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = offset + data.byteLength;
    return [name, { location, offset, length: data.byteLength }];
  }));
}

async function writeTensors(
  path: string,
  arrays: readonly [string, NdArray][],
  external: ReadonlyMap<string, ExternalTensor>,
): Promise<void> {
  using file = await platform.open(path, { write: true, createNew: true });
  for (const [name, { data }] of arrays) {
    await file.seek(external.get(name)!.offset, platform.SeekMode.Start);
    await writeAll(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await platform.remove(path);
  } catch (error) {
    if (!(error instanceof platform.errors.NotFound)) throw error;
  }
}
