import { dirname } from "node:path";
import { InputError } from "../input_error.ts";
import { explainFileError } from "./file_error.ts";
import { existsAlready, lookAt, prove } from "./out_path.ts";
import {
  createTemporary,
  forget,
  removeLeftOvers,
  removeTemporary,
  type Temporary,
} from "./temporaries.ts";
import { type FsFile, platform } from "../platform/platform.ts";

/** Options for writing files and folders. */
export interface WriteOptions {
  /** Replace what exists. @default {false} */
  force?: boolean;
}

/**
 * Checks before the work starts whether a file can be written at its end.
 *
 * @returns Where it will stand.
 * @throws {InputError} If it exists and `force` is off, is no regular file, or its folder cannot be
 * written to.
 */
export async function checkFileOut(
  path: string,
  { force = false }: WriteOptions = {},
): Promise<string> {
  const { found, target } = await lookAt(path);
  if (found !== null && !found.isFile) {
    throw new InputError(`Cannot write "${path}": it is no regular file, another name is needed`);
  }
  if (found !== null && !force) throw existsAlready(path);
  removeLeftOvers(target);
  await prove(path, target, (probe) => removeTemporary(createTemporary(probe, "file")));
  return target;
}

/**
 * Writes a file under a temporary name beside its own and renames it at the end: the file is whole
 * or absent, even if the process is killed.
 *
 * @throws {InputError} As {@linkcode checkFileOut} does.
 */
export async function writeFile<T>(
  path: string,
  write: (file: FsFile) => Promise<T>,
  options: WriteOptions = {},
): Promise<T> {
  const target = await checkFileOut(path, options);
  let temporary: Temporary | undefined;
  try {
    await platform.mkdir(dirname(target), { recursive: true });
    temporary = createTemporary(target, "file");
    const file = temporary.handle!;
    const result = await write(file);
    await file.sync();
    platform.renameSync(temporary.path, target);
    forget(temporary);
    return result;
  } catch (error) {
    if (temporary !== undefined) removeTemporary(temporary);
    throw explainFileError(error, `write "${path}"`);
  }
}

/** Writes all bytes to a file: `FsFile.write` may write fewer. */
export async function writeAll(file: FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}
