import { basename, dirname, join } from "node:path";
import { type FsFile, platform } from "../platform/platform.ts";

/** A file or folder under a temporary name beside the one that it will be. */
export interface Temporary {
  readonly path: string;
  /** Held open: its lock tells other processes that this one still writes it. */
  readonly handle: FsFile | undefined;
}

/** What this process writes now, to be removed if it ends early. */
const temporaries = new Map<string, Temporary>();

/** The most bytes of a name on the file systems in use. */
const MAX_NAME_BYTES = 255;

const SUFFIX = /\.tmp-[0-9a-f]{8}$/;

/** A path with a suffix behind its name, which is cut where the result would be too long a name. */
export function withSuffix(path: string, suffix: string): string {
  let name = basename(path);
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  while (bytes(name + suffix) > MAX_NAME_BYTES) name = [...name].slice(0, -1).join("");
  return join(dirname(path), name + suffix);
}

/** Whether a name is one of {@linkcode createTemporary}. */
export function isTemporaryName(name: string): boolean {
  return SUFFIX.test(name);
}

/** Creates an empty file, or a folder, under a temporary name beside a path. */
export function createTemporary(path: string, kind: "file" | "folder"): Temporary {
  for (;;) {
    const temporary = withSuffix(path, `.tmp-${crypto.randomUUID().slice(0, 8)}`);
    // Known before it exists, so that an interrupt in between removes it.
    temporaries.set(temporary, { path: temporary, handle: undefined });
    let created: Temporary;
    try {
      created = { path: temporary, handle: kind === "file" ? openNew(temporary) : make(temporary) };
    } catch (error) {
      temporaries.delete(temporary);
      throw error;
    }
    temporaries.set(temporary, created);
    const { handle } = created;
    // Another process may have taken it for a left-over before it was locked.
    if ((handle === undefined || tryLock(handle) !== false) && isThere(temporary)) return created;
    forget(created);
  }
}

/**
 * Lets a path be removed if the process ends early.
 *
 * @returns A function that lets it stay.
 */
export function holdTemporary(path: string): () => void {
  const temporary = { path, handle: undefined };
  temporaries.set(path, temporary);
  return () => forget(temporary);
}

/** Removes a temporary file or folder, unless it has been renamed. */
export function removeTemporary(temporary: Temporary): void {
  try {
    platform.removeSync(temporary.path, { recursive: true });
  } catch {
    // It is gone, or the next run finds it as a left-over.
  }
  forget(temporary);
}

/** Takes a temporary file or folder for what it is to stay. */
export function forget({ path, handle }: Temporary): void {
  if (!temporaries.delete(path)) return;
  handle?.close();
}

/** Removes half-written files and folders; called when the process ends early. */
export function removeTemporaries(): void {
  for (const temporary of [...temporaries.values()]) removeTemporary(temporary);
}

/**
 * Removes what killed processes left beside a path: temporary files and folders of its name whose
 * lock nobody holds. What cannot be locked here stays.
 */
export function removeLeftOvers(path: string): void {
  const folder = dirname(path);
  const start = withSuffix(path, ".tmp-00000000").slice(0, -"00000000".length);
  let names: string[];
  try {
    names = [...platform.readDirSync(folder)].map(({ name }) => join(folder, name));
  } catch {
    return; // the folder is not there yet
  }
  for (const leftOver of names.filter((name) => name.startsWith(start) && isTemporaryName(name))) {
    if (temporaries.has(leftOver)) continue;
    try {
      using handle = platform.openSync(leftOver);
      if (tryLock(handle)) platform.removeSync(leftOver, { recursive: true });
    } catch {
      // Whose it is cannot be told.
    }
  }
}

/** Locks a file or folder for this process, until it is closed; `undefined` where none are locked. */
export function tryLock(handle: FsFile): boolean | undefined {
  try {
    return handle.tryLockSync(true);
  } catch {
    return undefined;
  }
}

function openNew(path: string): FsFile {
  return platform.openSync(path, { write: true, createNew: true });
}

function make(dir: string): FsFile | undefined {
  platform.mkdirSync(dir);
  // Windows does not open folders.
  return platform.build.os === "windows" ? undefined : platform.openSync(dir);
}

/** Whether something stands at a path, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  try {
    platform.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
