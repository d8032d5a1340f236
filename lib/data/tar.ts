import { InputError } from "../input_error.ts";
import { ByteReader, type ByteSource } from "./bytes.ts";

/** A file in a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whether bytes begin as a tar archive does (POSIX.1-1988, "ustar"). */
export function isTar(start: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(start.subarray(257, 262)) === "ustar";
}

/**
 * The files of a tar archive that are wanted, in order; others are passed over.
 *
 * @throws {InputError} If the archive is damaged.
 */
export async function* readTar(
  source: ByteSource,
  isWanted: (name: string) => boolean,
): AsyncGenerator<TarEntry> {
  const reader = new ByteReader(source.open());
  try {
    for (;;) {
      const header = await reader.take(512);
      const text = (start: number, length: number) =>
        new TextDecoder("latin1").decode(header.subarray(start, start + length)).replace(
          /\0.*$/s,
          "",
        );
      const name = text(0, 100);
      if (header.length === 0 || name === "") return;
      const size = Number.parseInt(text(124, 12).trim(), 8);
      if (header.length < 512 || !isTar(header) || !Number.isSafeInteger(size)) {
        throw new InputError(`Cannot read ${source.name}: it is no tar archive, or damaged`);
      }
      const padded = 512 * Math.ceil(size / 512);
      const isFile = ["0", ""].includes(text(156, 1));
      const body = await reader.take(padded);
      if (body.length < padded) {
        throw new InputError(`Cannot read ${source.name}: it ends inside ${name}`);
      }
      if (isFile && isWanted(name)) yield { name, bytes: body.subarray(0, size) };
    }
  } finally {
    await reader.close();
  }
}
