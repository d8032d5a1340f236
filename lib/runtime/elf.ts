import { type FsFile, platform } from "../platform/platform.ts";

/** Entries of the tables of an ELF file that are read here (System V ABI, chapters 4 and 5). */
const SEGMENT_LOAD = 1;
const SEGMENT_DYNAMIC = 2;
const TAG_NEEDED = 1n;
const TAG_STRINGS = 5n;
const TAG_STRINGS_SIZE = 10n;

const HEADER_SIZE = 64;
const SEGMENT_SIZE = 56;
const TAG_SIZE = 16;

/**
 * The libraries that a shared library names as needed, in its order.
 *
 * @param path A 64-bit little-endian ELF file, as Linux has them on x86_64 and aarch64.
 * @throws {SyntaxError} If it is none.
 */
export async function neededLibraries(path: string): Promise<string[]> {
  using file = await platform.open(path);
  const header = await readAt(file, 0, HEADER_SIZE);
  const magic = header.getUint32(0);
  const [wordClass, byteOrder] = [header.getUint8(4), header.getUint8(5)];
  if (magic !== 0x7f454c46 || wordClass !== 2 || byteOrder !== 1) {
    throw new SyntaxError(`Cannot read "${path}": it is no 64-bit little-endian ELF file`);
  }
  const segments = await readSegments(file, header);
  const dynamic = segments.find(({ type }) => type === SEGMENT_DYNAMIC);
  if (dynamic === undefined) return [];
  const table = await readAt(file, dynamic.offset, dynamic.size);
  const tags = Array.from({ length: Math.floor(dynamic.size / TAG_SIZE) }, (_, i) => ({
    tag: table.getBigInt64(i * TAG_SIZE, true),
    value: Number(table.getBigUint64(i * TAG_SIZE + 8, true)),
  }));
  const address = tags.find(({ tag }) => tag === TAG_STRINGS)?.value ?? 0;
  const size = tags.find(({ tag }) => tag === TAG_STRINGS_SIZE)?.value ?? 0;
  // The table names its strings by their address in memory.
  const home = segments.find((segment) =>
    segment.type === SEGMENT_LOAD && address >= segment.address &&
    address < segment.address + segment.size
  );
  if (home === undefined) throw new SyntaxError(`Cannot read "${path}": its strings are not in it`);
  const strings = await readAt(file, home.offset + address - home.address, size);
  return tags.filter(({ tag }) => tag === TAG_NEEDED).map(({ value }) => textAt(strings, value));
}

interface Segment {
  readonly type: number;
  /** Where it lies in the file, and there in memory; its size in the file. */
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

async function readSegments(file: FsFile, header: DataView): Promise<Segment[]> {
  const start = Number(header.getBigUint64(32, true));
  const count = header.getUint16(56, true);
  const table = await readAt(file, start, count * SEGMENT_SIZE);
  return Array.from({ length: count }, (_, i) => {
    const at = i * SEGMENT_SIZE;
    return {
      type: table.getUint32(at, true),
      offset: Number(table.getBigUint64(at + 8, true)),
      address: Number(table.getBigUint64(at + 16, true)),
      size: Number(table.getBigUint64(at + 32, true)),
    };
  });
}

async function readAt(file: FsFile, offset: number, size: number): Promise<DataView> {
  const bytes = new Uint8Array(size);
  await file.seek(offset, platform.SeekMode.Start);
  for (let read = 0; read < size;) {
    const count = await file.read(bytes.subarray(read));
    if (count === null) throw new SyntaxError(`Cannot read ELF file: it ends at ${offset + read}`);
    read += count;
  }
  return new DataView(bytes.buffer);
}

function textAt(strings: DataView, start: number): string {
  const bytes = new Uint8Array(strings.buffer).subarray(start);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
