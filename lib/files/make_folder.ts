import { InputError } from "../input_error.ts";
import { platform } from "../platform/platform.ts";
import { explainFileError } from "./file_error.ts";

/**
 * Makes a folder and those that hold it, unless they are there.
 *
 * @throws {InputError} If it cannot be made.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await platform.mkdir(path, { recursive: true });
  } catch (error) {
    if (error instanceof platform.errors.AlreadyExists) {
      throw new InputError(`Cannot write folder "${path}": it is a file, a folder is needed`, {
        cause: error,
      });
    }
    throw explainFileError(error, `write folder "${path}"`);
  }
}
