import { InputError } from "../lib/input_error.ts";
import type { Run } from "../lib/run/run_folder.ts";

/**
 * Checks that a run holds what a command needs: which files there are depends on its system.
 *
 * @param files Names in the run folder.
 * @param options.action What is to be done, such as `explore`.
 * @throws {InputError} If it holds not all of them.
 */
export function checkHolds(
  { dir, manifest: { system, files: held } }: Run,
  files: readonly string[],
  { action }: { action: string },
): void {
  const missing = files.filter((file) => !(file in held));
  if (missing.length === 0) return;
  throw new InputError(
    `Cannot ${action} with run "${dir}": its system ${system} has no ${
      missing.join(" and no ")
    }, a run with ${files.join(", ")} is needed`,
  );
}
