import { InputError } from "../input_error.ts";

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

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission is denied by the system";
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno was not given the permission, which the tasks in deno.json ask for";
  }
  if (error instanceof Deno.errors.AlreadyExists) return "it exists already";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder, a file is needed";
  if (error instanceof Deno.errors.NotADirectory) {
    return "a part of the path is a file, a folder is needed";
  }
  const { code } = error as Error & { code?: string };
  if (code === "ENOSPC") return "the disk is full";
  if (code === "EROFS") return "the file system is read-only";
  if (code === "ENAMETOOLONG") return "the name is too long";
  return undefined;
}
