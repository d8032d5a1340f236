import { pipeline, Readable } from "node:stream";
import { crc32, createGunzip } from "node:zlib";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { type FileInfo, type FsFile, platform } from "../platform/platform.ts";

/** Bytes that can be read from their start, as often as wanted. */
export interface ByteSource {
  /** How messages name it, quotes included. */
  readonly name: string;
  /** Its length in bytes, or `undefined` where only reading on can tell (gzip). */
  readonly size: number | undefined;
  /** @throws {InputError} While reading, if the bytes are damaged or fewer than `size`. */
  open(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Bytes that can be read from anywhere: a file. */
export interface ByteFile extends ByteSource {
  readonly size: number;
  /** The bytes `[start, end)` in blocks. */
  range(start: number, end: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** The largest size of unpacked data that is read without being asked for more: 4 GiB. */
export const MAX_BYTES = 2 ** 32;

const BLOCK = 2 ** 18;

/**
 * Opens a file, or bytes in memory as if they were one.
 *
 * @throws {InputError} If nothing is there, it cannot be read, or it is empty.
 */
export async function openBytes(file: string | Uint8Array): Promise<ByteFile> {
  if (typeof file !== "string") {
    return fileOf('"bytes"', file.length, (start, end) => [file.slice(start, end)]);
  }
  const name = JSON.stringify(file);
  const { size, isFile } = await statOf(file);
  if (!isFile) throw new InputError(`Cannot read ${name}: it is no file`);
  return fileOf(name, size, (start, end) => readRange(file, { start, end }));
}

function fileOf(
  name: string,
  size: number,
  range: (
    start: number,
    end: number,
  ) => AsyncIterable<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>[],
): ByteFile {
  if (size === 0) throw new InputError(`Cannot read ${name}: the file is empty`);
  async function* blocks(start: number, end: number) {
    yield* range(start, end);
  }
  return { name, size, range: blocks, open: () => blocks(0, size) };
}

/**
 * What is at a path.
 *
 * @throws {InputError} If nothing is there or it cannot be read.
 */
export async function statOf(path: string): Promise<FileInfo> {
  try {
    return await platform.stat(path);
  } catch (error) {
    throw explainFileError(error, `read ${JSON.stringify(path)}`);
  }
}

async function* readRange(
  path: string,
  bounds: { start: number; end: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { start, end } = bounds;
  let file: FsFile;
  try {
    file = await platform.open(path);
  } catch (error) {
    throw explainFileError(error, `read ${JSON.stringify(path)}`);
  }
  using _closed = file;
  await file.seek(start, platform.SeekMode.Start);
  for (let left = end - start; left > 0;) {
    const block = new Uint8Array(Math.min(left, BLOCK));
    const count = await file.read(block);
    if (count === null) {
      throw new InputError(
        `Cannot read ${JSON.stringify(path)}: it became ${left} bytes shorter while it was read`,
      );
    }
    left -= count;
    yield block.subarray(0, count);
  }
}

/** The first `length` bytes of a source, fewer if it is shorter. */
export async function peek(source: ByteSource, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new ByteReader(source.open());
  try {
    return await reader.take(length);
  } finally {
    await reader.close();
  }
}

/** Memory that is taken before there are bytes for it. */
const FIRST = 2 ** 24;

/** Reads a stream of blocks in pieces of any size, in order. */
export class ByteReader {
  readonly #blocks: AsyncIterator<Uint8Array<ArrayBuffer>>;
  #block: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(blocks: AsyncIterable<Uint8Array<ArrayBuffer>>) {
    this.#blocks = blocks[Symbol.asyncIterator]();
  }

  /** The next `length` bytes in memory of their own, or all that are left. */
  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    // Memory grows with the bytes that are there: a header can declare any number.
    let taken = new Uint8Array(Math.min(length, FIRST));
    let filled = 0;
    while (filled < length) {
      if (filled === taken.length) {
        const larger = new Uint8Array(Math.min(length, 2 * filled));
        larger.set(taken);
        taken = larger;
      }
      if (this.#block.length === 0) {
        const next = await this.#blocks.next();
        if (next.done) return taken.slice(0, filled);
        this.#block = next.value;
      }
      const part = this.#block.subarray(0, taken.length - filled);
      taken.set(part, filled);
      filled += part.length;
      this.#block = this.#block.subarray(part.length);
    }
    return taken;
  }

  /** Lets go of the stream, read to its end or not. */
  async close(): Promise<void> {
    await this.#blocks.return?.();
  }
}

/** How packed bytes unpack. */
export interface UnpackOptions {
  name: string;
  format: "deflate-raw" | "gzip" | "stored";
  /** More bytes than this throw an error with `tooLong`. */
  limit: number;
  tooLong: string;
  /** The expected CRC-32, where the container tells. */
  checksum?: number;
}

/** Unpacks a stream as it is read, and checks length and checksum. */
export async function* unpack(
  packed: AsyncIterable<Uint8Array<ArrayBuffer>>,
  options: UnpackOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { name, format, limit, tooLong, checksum } = options;
  const blocks = format === "stored"
    ? packed
    : format === "gzip"
    ? gunzipMembers(packed)
    : ReadableStream.from(inPieces(packed)).pipeThrough(new DecompressionStream(format));
  let length = 0;
  let sum = 0;
  try {
    for await (const block of blocks) {
      length += block.length;
      if (length > limit) throw new InputError(`Cannot read ${name}: ${tooLong}`);
      if (checksum !== undefined) sum = crc32(block, sum);
      yield block;
    }
  } catch (error) {
    const isDamage = error instanceof TypeError ||
      (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"));
    if (!isDamage) throw error;
    throw new InputError(`Cannot read ${name}: its compressed data is damaged or cut short`, {
      cause: error,
    });
  }
  if (checksum !== undefined && sum !== checksum) {
    throw new InputError(`Cannot read ${name}: it is damaged, its checksum does not match`);
  }
}

/** A gzip file may be several, one after another, which `DecompressionStream` does not read. */
function gunzipMembers(
  packed: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const members = createGunzip();
  // Errors of either reach whoever reads; a reader that stops early closes the file.
  pipeline(Readable.from(inPieces(packed)), members, () => {});
  return members;
}

// Deflate packs up to a thousand to one, and what one piece unpacks to is held at once.
const PIECE = 2 ** 14;

async function* inPieces(
  blocks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const block of blocks) {
    for (let at = 0; at < block.length; at += PIECE) yield block.subarray(at, at + PIECE);
  }
}

/** What a gzip file holds. */
export function gunzip(file: ByteFile, options: { maxBytes: number }): ByteSource {
  const { maxBytes } = options;
  const tooLong = `it unpacks to more than ${maxBytes} bytes, raise --max-bytes to allow it`;
  return {
    name: file.name,
    size: undefined,
    open: () => unpack(file.open(), { name: file.name, format: "gzip", limit: maxBytes, tooLong }),
  };
}
