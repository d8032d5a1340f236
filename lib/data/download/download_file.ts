import { createHash } from "node:crypto";
import { explainFileError } from "../../files/file_error.ts";
import { InputError } from "../../input_error.ts";
import { type FsFile, platform } from "../../platform/platform.ts";

/** Options for {@linkcode downloadFile}. */
export interface DownloadOptions {
  /** Of the file, as lowercase hexadecimal digits. */
  sha256: string;
  /** Called with the bytes that are there, and all that there will be, if the server says. */
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/**
 * Downloads a file. It appears under its name only when it is whole and its SHA-256 is right; what has
 * come before an interruption stays in `PATH.part`, and the next call goes on from there.
 *
 * @returns Whether anything had to be downloaded.
 * @throws {InputError} If the server cannot be reached, does not have it, or has another file.
 */
export async function downloadFile(
  url: string,
  path: string,
  { sha256, onProgress }: DownloadOptions,
): Promise<boolean> {
  const fail = (reason: string) => {
    const instead = `bring the file from elsewhere and put it at "${path}"`;
    return new InputError(`Cannot download ${url}: ${reason}, try again or ${instead}`);
  };
  const there = await hashOf(path);
  if (there === sha256) return false;
  if (there !== undefined) {
    throw new InputError(
      `Cannot use "${path}": its SHA-256 is ${there}, ${sha256} is needed; without it the file is downloaded`,
    );
  }
  const part = `${path}.part`;
  if (await hashOf(part) !== sha256) await fetchInto(url, part, { fail, onProgress });
  const found = await hashOf(part);
  if (found !== sha256) {
    await platform.remove(part);
    throw fail(`its SHA-256 is ${found}, ${sha256} is needed`);
  }
  await platform.rename(part, path);
  return true;
}

async function fetchInto(
  url: string,
  part: string,
  { fail, onProgress }: Pick<DownloadOptions, "onProgress"> & {
    fail: (reason: string) => InputError;
  },
): Promise<void> {
  const size = (await platform.stat(part).catch(() => undefined))?.size ?? 0;
  let response: Response;
  try {
    response = await fetch(url, size > 0 ? { headers: { range: `bytes=${size}-` } } : {});
  } catch (error) {
    throw fail(`the server cannot be reached (${(error as Error).message})`);
  }
  const resumes = response.status === 206;
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    // A part that is longer than the file.
    if (response.status === 416) await platform.remove(part);
    throw fail(`the server answers ${response.status}`);
  }
  const length = Number(response.headers.get("content-length") ?? NaN);
  let done = resumes ? size : 0;
  const total = Number.isFinite(length) ? done + length : undefined;
  let file: FsFile;
  try {
    file = await platform.open(part, {
      write: true,
      create: true,
      append: resumes,
      truncate: !resumes,
    });
  } catch (error) {
    throw explainFileError(error, `write "${part}"`);
  }
  try {
    for await (const block of response.body) {
      for (let at = 0; at < block.length;) at += await file.write(block.subarray(at));
      done += block.length;
      onProgress?.(done, total);
    }
  } catch (error) {
    throw fail(`the connection broke after ${done} bytes (${(error as Error).message})`);
  } finally {
    file.close();
  }
  if (total !== undefined && done < total) throw fail(`the connection broke after ${done} bytes`);
}

/** The SHA-256 of a file; `undefined` if there is none. */
async function hashOf(path: string): Promise<string | undefined> {
  let file: FsFile;
  try {
    file = await platform.open(path);
  } catch (error) {
    if (error instanceof platform.errors.NotFound) return undefined;
    throw explainFileError(error, `read "${path}"`);
  }
  const hash = createHash("sha256");
  for await (const block of file.readable) hash.update(block);
  return hash.digest("hex");
}
