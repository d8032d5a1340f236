import { InputError } from "../input_error.ts";
import { type ByteFile, ByteReader, type ByteSource, unpack } from "./bytes.ts";

/** A file inside a zip, as the table of contents at the zip's end describes it. */
export interface ZipEntry {
  readonly path: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packedSize: number;
  readonly size: number;
  readonly crc32: number;
  /** Where its local header begins. */
  readonly start: number;
}

// Record layouts: "APPNOTE.TXT - .ZIP File Format Specification" 6.3.10, sections 4.3 and 4.5.3.
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;

/**
 * Lists what a zip holds, without unpacking any of it. Sizes come from here and not from the local
 * headers, which are blank in files written as a stream.
 *
 * @throws {InputError} If the table of contents is missing (the file is cut short) or damaged.
 */
export async function readZipEntries(file: ByteFile): Promise<ZipEntry[]> {
  const { start, length, count } = await findDirectory(file);
  if (start + length > file.size) throw damaged(file);
  const directory = await viewOf(file, start, start + length);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== CENTRAL) {
      throw damaged(file);
    }
    const pathLength = directory.getUint16(at + 28, true);
    const extraLength = directory.getUint16(at + 30, true);
    const commentLength = directory.getUint16(at + 32, true);
    const next = at + 46 + pathLength + extraLength + commentLength;
    if (next > directory.byteLength) throw damaged(file);
    entries.push({
      path: new TextDecoder().decode(bytesOf(directory, at + 46, pathLength)),
      method: directory.getUint16(at + 10, true),
      encrypted: (directory.getUint16(at + 8, true) & 1) === 1,
      crc32: directory.getUint32(at + 16, true),
      ...sizesOf(directory, at, { extraStart: at + 46 + pathLength, extraLength }),
    });
    at = next;
  }
  // Of an entry that is not counted, or of two with one name, readers differ in what they see.
  if (at !== length) throw damaged(file);
  const paths = new Set<string>();
  for (const { path } of entries) {
    if (paths.has(path)) {
      throw new InputError(`Cannot read ${file.name}: it holds ${JSON.stringify(path)} twice`);
    }
    paths.add(path);
  }
  return entries;
}

/**
 * A file inside a zip as a source of bytes, unpacked as it is read.
 *
 * @throws {InputError} If it is larger than `maxBytes`, encrypted, or packed in an unknown way; while
 * it is read, if its bytes are not those that the table of contents declares.
 */
export function openZipEntry(
  file: ByteFile,
  entry: ZipEntry,
  options: { maxBytes: number },
): ByteSource {
  const { maxBytes } = options;
  const name = `${JSON.stringify(entry.path)} in ${file.name}`;
  const fault = (found: string) => new InputError(`Cannot read ${name}: ${found}`);
  if (entry.size > maxBytes) {
    throw fault(
      `it unpacks to ${entry.size} bytes, at most ${maxBytes} are allowed, raise --max-bytes to trust it`,
    );
  }
  if (entry.encrypted) throw fault("it is encrypted");
  if (entry.method !== 0 && entry.method !== 8) {
    throw fault(`it is packed with zip method ${entry.method}, stored or deflated is needed`);
  }
  async function* open() {
    const header = await viewOf(file, entry.start, Math.min(entry.start + 30, file.size));
    if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL) throw damaged(file);
    const start = entry.start + 30 + header.getUint16(26, true) + header.getUint16(28, true);
    if (start + entry.packedSize > file.size) throw damaged(file);
    yield* unpack(file.range(start, start + entry.packedSize), {
      name,
      format: entry.method === 8 ? "deflate-raw" : "stored",
      limit: entry.size,
      tooLong: `it unpacks to more than the ${entry.size} bytes that it declares`,
      checksum: entry.crc32,
    });
  }
  return { name, size: entry.size, open };
}

/** Finds the table of contents from the record at the end of the file. */
async function findDirectory(
  file: ByteFile,
): Promise<{ start: number; length: number; count: number }> {
  const tailStart = Math.max(0, file.size - END_BYTES - MAX_COMMENT);
  const tail = await viewOf(file, tailStart, file.size);
  let at = tail.byteLength - END_BYTES;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0) {
    throw new InputError(
      `Cannot read ${file.name}: it is cut short, the table of contents at its end is missing`,
    );
  }
  const count = tail.getUint16(at + 10, true);
  const length = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  if (at < 20 || tail.getUint32(at - 20, true) !== LOCATOR_64) {
    // Nothing lies between the table and its end, so that none of it is left out.
    if (start + length !== tailStart + at) throw damaged(file);
    return { start, length, count };
  }
  const recordStart = Number(tail.getBigUint64(at - 12, true));
  if (recordStart + 56 > file.size) throw damaged(file);
  const record = await viewOf(file, recordStart, recordStart + 56);
  if (record.getUint32(0, true) !== END_64) throw damaged(file);
  const wide = {
    count: Number(record.getBigUint64(32, true)),
    length: Number(record.getBigUint64(40, true)),
    start: Number(record.getBigUint64(48, true)),
  };
  if (wide.start + wide.length !== recordStart) throw damaged(file);
  return wide;
}

/** Sizes and place of an entry; where they do not fit 32 bits the zip64 field holds them, in order. */
function sizesOf(
  directory: DataView,
  at: number,
  options: { extraStart: number; extraLength: number },
): Pick<ZipEntry, "packedSize" | "size" | "start"> {
  const { extraStart, extraLength } = options;
  const wide: number[] = [];
  for (let field = extraStart; field + 4 <= extraStart + extraLength;) {
    const fieldLength = directory.getUint16(field + 2, true);
    if (directory.getUint16(field, true) === 1) {
      const end = Math.min(field + 4 + fieldLength, extraStart + extraLength);
      for (let value = field + 4; value + 8 <= end; value += 8) {
        wide.push(Number(directory.getBigUint64(value, true)));
      }
    }
    field += 4 + fieldLength;
  }
  const widen = (value: number) => value === 0xffffffff ? wide.shift() ?? value : value;
  const size = widen(directory.getUint32(at + 24, true));
  const packedSize = widen(directory.getUint32(at + 20, true));
  return { size, packedSize, start: widen(directory.getUint32(at + 42, true)) };
}

async function viewOf(file: ByteFile, start: number, end: number): Promise<DataView<ArrayBuffer>> {
  const reader = new ByteReader(file.range(start, end));
  try {
    return new DataView((await reader.take(Math.max(end - start, 0))).buffer);
  } finally {
    await reader.close();
  }
}

function bytesOf(view: DataView<ArrayBuffer>, at: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

function damaged(file: ByteFile): InputError {
  return new InputError(`Cannot read ${file.name}: its zip table of contents is damaged`);
}
