import { dirname, relative } from "node:path";
import { InputError } from "../input_error.ts";
import type { WriteOptions } from "./atomic_write.ts";
import { explainFileError } from "./file_error.ts";
import { existsAlready, lookAt, prove } from "./out_path.ts";
import {
  createTemporary,
  forget,
  removeLeftOvers,
  removeTemporary,
  type Temporary,
  withSuffix,
} from "./temporaries.ts";
import { platform } from "../platform/platform.ts";

/** Options for {@linkcode writeFolder}. */
export interface WriteFolderOptions extends WriteOptions {
  /**
   * What in a folder the command did not write, in words such as `it holds notes.txt`: `force`
   * replaces no folder that holds such.
   * @default {() => "it holds other files"}
   */
  findForeign?: (dir: string) => string | undefined;
}

/**
 * Checks before the work starts whether a folder can be written at its end, by renaming what stands
 * there and back, or an empty one where nothing does. An empty folder counts as absent.
 *
 * @throws {InputError} If it exists and `force` is off, holds what is not ours, is the working
 * folder, or cannot be written.
 */
export async function checkFolderOut(
  path: string,
  options: WriteFolderOptions = {},
): Promise<void> {
  const target = await checkFolder(path, options);
  removeLeftOvers(target);
  await prove(path, target, (probe) => {
    const temporary = createTemporary(probe, "folder");
    try {
      // As long a name as those in the folder will have.
      const inside = `${temporary.path}/${"x".repeat(64)}`;
      platform.writeTextFileSync(inside, "");
      platform.removeSync(inside);
      // A process that is killed in between leaves an empty folder, or what stood there beside.
      const moved = moveAside(probe);
      platform.renameSync(moved ?? temporary.path, probe);
      if (moved === undefined) platform.renameSync(probe, temporary.path);
    } finally {
      removeTemporary(temporary);
    }
  });
}

/**
 * Writes a folder under a temporary name beside its own and renames it at the end: the folder is
 * whole or absent, even if the process is killed. A folder that is replaced exists until then; if
 * the process is killed between the two renames, it has `.tmp-replaced` after its name, and gets its
 * name back when it is next written to.
 *
 * @throws {InputError} As {@linkcode checkFolderOut} does. If only the last step fails, the finished
 * folder is kept beside, and the message names it.
 */
export async function writeFolder<T>(
  path: string,
  write: (dir: string) => Promise<T>,
  options: WriteFolderOptions = {},
): Promise<T> {
  await checkFolderOut(path, options);
  let temporary: Temporary | undefined;
  let isFinished = false;
  try {
    const { target } = await lookAt(path);
    await platform.mkdir(dirname(target), { recursive: true });
    temporary = createTemporary(target, "folder");
    const result = await write(temporary.path);
    await syncFolder(temporary.path);
    isFinished = true;
    // The same rules hold for what appeared meanwhile.
    const place = await checkFolder(path, options);
    const replaced = replace(temporary, place);
    forget(temporary);
    syncEntry(dirname(target));
    if (replaced !== undefined) discard(replaced, place);
    return result;
  } catch (error) {
    const explained = explainFileError(error, `write folder "${path}"`);
    if (temporary === undefined) throw explained;
    if (!isFinished) {
      removeTemporary(temporary);
      throw explained;
    }
    const reason = explained instanceof Error ? explained.message : String(explained);
    throw new InputError(`${reason}; what was written is kept in "${keep(temporary)}"`, {
      cause: error,
    });
  }
}

/** The name of a folder that is being replaced. */
export function replacedName(path: string): string {
  return withSuffix(path, ".tmp-replaced");
}

/** Checks the rules for a folder; gives the path that links lead to. */
async function checkFolder(
  path: string,
  { force = false, findForeign = () => "it holds other files" }: WriteFolderOptions,
): Promise<string> {
  let { found, target } = await lookAt(path);
  if (found === null && restoreReplaced(target)) ({ found, target } = await lookAt(path));
  if (found === null) return target;
  if (!found.isDirectory) {
    throw new InputError(`Cannot write folder "${path}": it is a file, another name is needed`);
  }
  if (isWithin(platform.cwd(), target)) {
    throw new InputError(
      `Cannot write folder "${path}": it is the working folder or holds it, another name is needed`,
    );
  }
  if ([...platform.readDirSync(target)].length > 0) {
    if (!force) throw existsAlready(path);
    const foreign = findForeign(target);
    if (foreign !== undefined) {
      throw new InputError(`Cannot replace "${path}": ${foreign}, another name is needed`);
    }
  }
  return target;
}

/**
 * Puts a folder in the place of another, at once, as no signal is handled between the renames.
 *
 * @returns The new name of what stood there.
 */
function replace(temporary: Temporary, target: string): string | undefined {
  const replaced = moveAside(target);
  try {
    platform.renameSync(temporary.path, target);
    return replaced;
  } catch (error) {
    if (replaced !== undefined) platform.renameSync(replaced, target);
    throw error;
  }
}

/** Removes what was replaced; a process that is killed meanwhile leaves a left-over, not half a folder. */
function discard(replaced: string, target: string): void {
  const leftOver = withSuffix(target, `.tmp-${crypto.randomUUID().slice(0, 8)}`);
  try {
    platform.renameSync(replaced, leftOver);
  } catch (error) {
    return ignoreNotFound(error);
  }
  platform.removeSync(leftOver, { recursive: true });
}

function moveAside(target: string): string | undefined {
  const replaced = replacedName(target);
  discard(replaced, target);
  try {
    platform.renameSync(target, replaced);
    return replaced;
  } catch (error) {
    return ignoreNotFound(error);
  }
}

/** Gives a folder its name back that was being replaced when the process was killed. */
function restoreReplaced(target: string): boolean {
  try {
    platform.renameSync(replacedName(target), target);
    return true;
  } catch {
    return false; // there is none
  }
}

/** Gives a finished folder a name under which nobody takes it for a left-over. */
function keep(temporary: Temporary): string {
  const kept = temporary.path.replace(/\.tmp-(?=[0-9a-f]{8}$)/, ".kept-");
  try {
    platform.renameSync(temporary.path, kept);
    return kept;
  } catch {
    return temporary.path;
  } finally {
    forget(temporary);
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !way.startsWith("..");
}

/** Brings a folder and all in it to the disk. */
async function syncFolder(dir: string): Promise<void> {
  for await (const { name, isDirectory } of platform.readDir(dir)) {
    if (isDirectory) await syncFolder(`${dir}/${name}`);
    else syncEntry(`${dir}/${name}`);
  }
  syncEntry(dir);
}

function syncEntry(path: string): void {
  // Windows neither opens folders nor syncs files that are open for reading only.
  if (platform.build.os === "windows") return;
  using entry = platform.openSync(path);
  entry.syncSync();
}

function ignoreNotFound(error: unknown): undefined {
  if (!(error instanceof platform.errors.NotFound)) throw error;
}
