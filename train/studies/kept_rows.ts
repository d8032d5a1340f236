import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { explainFileError } from "../../lib/files/file_error.ts";
import { exists } from "../../lib/files/out_path.ts";
import { InputError } from "../../lib/input_error.ts";
import { platform } from "../../lib/platform/platform.ts";

/** Results of a study in a file, so that none is computed twice. */
export interface KeptRows<T> {
  readonly rows: readonly T[];
  /** Adds a row; the file is whole at any moment. */
  add(row: T): Promise<void>;
}

/**
 * Opens a file of results, which need not be there yet.
 *
 * @throws {InputError} If it cannot be read, or is not the file that a study wrote.
 */
export async function keptRows<T>(path: string): Promise<KeptRows<T>> {
  const rows: T[] = await exists(path) ? await read(path) : [];
  let written = Promise.resolve();
  return {
    rows,
    add(row) {
      rows.push(row);
      // One write after another: an older one must not end last.
      return written = written.then(async () => {
        const bytes = new TextEncoder().encode(JSON.stringify(rows, undefined, 1));
        await writeFile(path, (file) => writeAll(file, bytes), { force: true });
      });
    },
  };
}

async function read<T>(path: string): Promise<T[]> {
  try {
    const rows = JSON.parse(await platform.readTextFile(path));
    if (Array.isArray(rows)) return rows;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw explainFileError(error, `read "${path}"`);
  }
  throw new InputError(
    `Cannot read "${path}": it is not the file that a study wrote; another --out starts anew`,
  );
}
