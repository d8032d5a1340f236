import type { NdArray } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import { type ArrayFile, type FileType, openArray } from "./array_file.ts";
import { type ByteFile, type ByteSource, gunzip, MAX_BYTES, openBytes, peek } from "./bytes.ts";

// The third byte of the file; big endian throughout: http://yann.lecun.com/exdb/mnist/
const TYPES: Readonly<Record<number, FileType>> = {
  0x08: "uint8",
  0x09: "int8",
  0x0b: "int16",
  0x0c: "int32",
  0x0d: "float32",
  0x0e: "float64",
};

/** Whether bytes begin as an IDX file does. */
export function isIdx(start: Uint8Array): boolean {
  return start.length >= 4 && start[0] === 0 && start[1] === 0 && start[2] in TYPES && start[3] > 0;
}

/**
 * Reads the array of an IDX file, the format of MNIST, gzipped or not.
 *
 * @throws {InputError} If the file is missing, damaged or no IDX file.
 */
export async function readIdx(file: string | Uint8Array): Promise<NdArray> {
  return await (await openIdx(await unzipped(await openBytes(file)))).read();
}

/** What is in a file, if it is gzipped, or else the file. */
export async function unzipped(
  file: ByteFile,
  options: { maxBytes?: number | undefined } = {},
): Promise<ByteSource> {
  const { maxBytes = MAX_BYTES } = options;
  const start = await peek(file, 2);
  return start[0] === 0x1f && start[1] === 0x8b ? gunzip(file, { maxBytes }) : file;
}

/**
 * Opens the array of an IDX file to be read by rows.
 *
 * @throws {InputError} If the source is no IDX file, or holds other bytes than its header declares.
 */
export async function openIdx(source: ByteSource): Promise<ArrayFile> {
  const start = await peek(source, 4);
  if (!isIdx(start)) throw new InputError(`Cannot read ${source.name}: it is no IDX file`);
  const offset = 4 + 4 * start[3];
  const header = await peek(source, offset);
  if (header.length < offset) {
    throw new InputError(`Cannot read ${source.name}: it ends inside its header`);
  }
  const view = new DataView(header.buffer);
  const shape = Array.from({ length: start[3] }, (_, axis) => view.getUint32(4 + 4 * axis));
  return openArray(source, {
    type: TYPES[start[2]],
    shape,
    offset,
    bigEndian: true,
    fortran: false,
  });
}
