import { InputError } from "../input_error.ts";
import { platform } from "../platform/platform.ts";

/** What a user can do something about, by the code of the system's error. */
const REASONS: Readonly<Record<string, string>> = {
  EBUSY: "it is a mount point or in use",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is too large for the file system",
  EINVAL: "the file system does not allow it",
  EIO: "the disk failed to read or write",
  ELOOP: "links lead in a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ENFILE: "too many files are open",
  ENODEV: "there is no such device",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTEMPTY: "it holds files",
  ENXIO: "there is no such device",
  EPERM: "permission is denied by the system",
  EACCES: "permission is denied by the system",
  EPIPE: "nobody reads what is written",
  EROFS: "the file system is read-only",
  ESTALE: "the network drive is gone",
  ETIMEDOUT: "the drive does not answer",
  ETXTBSY: "it is in use",
  EXDEV: "it lies on another file system",
};

/**
 * Explains an error of the file system in a sentence; returns the error itself if it is not one that
 * a user can fix.
 *
 * @param action What was being done, such as `read "runs/mine/manifest.json"`.
 */
export function explainFileError(error: unknown, action: string): unknown {
  const reason = reasonOf(error);
  return reason === undefined
    ? error
    : new InputError(`Cannot ${action}: ${reason}`, { cause: error });
}

/** Faults of the machine: wherever they come up, none is a mistake in the program. */
const OF_THE_MACHINE = new Set(
  "EBUSY EDQUOT EFBIG EIO ELOOP EMFILE ENFILE ENODEV ENOSPC ENXIO EROFS ESTALE ETIMEDOUT ETXTBSY EXDEV"
    .split(" "),
);

/** Explains an error that no code that was nearer to its cause explained, as far as the machine has it. */
export function explainMachineError(error: unknown): unknown {
  const { code = "", message = "" } = (error ?? {}) as Partial<Error & { code: string }>;
  if (!OF_THE_MACHINE.has(code)) return error;
  // Such as "No space left on device (os error 28): writefile '/mnt/a'".
  const [, place] = /\): (\w+ '.*')$/.exec(message) ?? [];
  return explainFileError(error, place === undefined ? "go on" : `go on with ${place}`);
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof InputError) return undefined;
  if (error instanceof platform.errors.NotCapable) {
    return "Deno was not given the permission, which the tasks in deno.json ask for";
  }
  if (error instanceof platform.errors.NotFound) return REASONS.ENOENT;
  if (error instanceof platform.errors.PermissionDenied) return REASONS.EACCES;
  if (error instanceof platform.errors.AlreadyExists) return "it exists already";
  if (error instanceof platform.errors.IsADirectory) return "it is a folder, a file is needed";
  if (error instanceof platform.errors.NotADirectory) {
    return "a part of the path is a file, a folder is needed";
  }
  return REASONS[(error as Error & { code?: string }).code ?? ""];
}
