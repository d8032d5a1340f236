import { dirname, resolve } from "node:path";
import { InputError } from "../input_error.ts";
import { explainFileError } from "./file_error.ts";
import { type FileInfo, platform } from "../platform/platform.ts";

/** What stands where something will be written. */
export interface OutPath {
  /** `null` if nothing does. */
  readonly found: FileInfo | null;
  /** The absolute path, where a link leads if it is one. */
  readonly target: string;
}

/**
 * Looks at a path before something is written there.
 *
 * @throws {InputError} If it is a link that leads nowhere, or cannot be looked at.
 */
export async function lookAt(path: string): Promise<OutPath> {
  const absolute = resolve(path);
  try {
    const found = await lstatOrNull(absolute);
    if (found?.isSymlink !== true) return { found, target: absolute };
    const target = await platform.realPath(absolute);
    return { found: await platform.stat(target), target };
  } catch (error) {
    if (error instanceof platform.errors.NotFound) {
      throw new InputError(
        `Cannot write "${path}": it is a link that leads nowhere, another name is needed`,
      );
    }
    throw explainFileError(error, `write "${path}"`);
  }
}

/**
 * Tries something beside a path; where its folder is missing, beside the first folder that is.
 *
 * @throws {InputError} If it fails by the file system.
 */
export async function prove(
  path: string,
  target: string,
  attempt: (probe: string) => void,
): Promise<void> {
  let probe = target;
  try {
    while (await lstatOrNull(dirname(probe)) === null && dirname(probe) !== probe) {
      probe = dirname(probe);
    }
    attempt(probe);
  } catch (error) {
    throw explainFileError(error, `write "${path}"`);
  }
}

/** Whether something stands at a path, or where the link there leads. */
export async function exists(path: string): Promise<boolean> {
  return await platform.stat(path).then(() => true, () => false);
}

/** What is said where something stands and `force` is off. */
export function existsAlready(path: string): InputError {
  return new InputError(`Cannot write "${path}": it exists already, --force replaces it`);
}

async function lstatOrNull(path: string): Promise<FileInfo | null> {
  try {
    return await platform.lstat(path);
  } catch (error) {
    if (error instanceof platform.errors.NotFound) return null;
    throw error;
  }
}
