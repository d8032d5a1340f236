import { type DType, type NdArray, sizeOf } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import { type ArrayFile, type FileType, openArray } from "./array_file.ts";
import { ByteReader, type ByteSource, openBytes } from "./bytes.ts";

/** The header of a `.npy` file: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export interface NpyHeader {
  /** NumPy's type string, as "<f4". */
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Bytes of magic, version, length and text together. */
  readonly length: number;
}

const MAGIC = "\x93NUMPY";
// NumPy pads headers to a multiple of this, so that the elements can be mapped into memory.
const ALIGNMENT = 64;
// No header of a plain array comes near; NumPy itself reads longer ones only if told to trust them.
const MAX_HEADER = 2 ** 16;

const TYPES: Readonly<Record<string, FileType>> = {
  b1: "bool",
  u1: "uint8",
  i1: "int8",
  u2: "uint16",
  i2: "int16",
  u4: "uint32",
  i4: "int32",
  u8: "uint64",
  i8: "int64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

const DESCRS: Record<DType, string> = {
  bool: "|b1",
  uint8: "|u1",
  int8: "|i1",
  uint16: "<u2",
  int16: "<i2",
  uint32: "<u4",
  int32: "<i4",
  int64: "<i8",
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
};

/** Whether bytes begin as a `.npy` file does. */
export function isNpy(start: Uint8Array): boolean {
  return startsWith(start, MAGIC);
}

/** Whether bytes begin with the characters of `magic`, a byte each. */
export function startsWith(start: Uint8Array, magic: string): boolean {
  return start.length >= magic.length &&
    [...magic].every((character, i) => start[i] === character.charCodeAt(0));
}

/**
 * Reads the array of a `.npy` file, given by path or as its bytes.
 *
 * @throws {InputError} If the file is missing, damaged, or holds anything but plain numbers.
 */
export async function readNpy(file: string | Uint8Array): Promise<NdArray> {
  return await (await openNpy(await openBytes(file))).read();
}

/**
 * Opens the array of a `.npy` file to be read by rows.
 *
 * @throws {InputError} If the header is damaged, declares other bytes than there are, or its type
 * is none of numbers and booleans.
 */
export async function openNpy(source: ByteSource): Promise<ArrayFile> {
  const { descr, fortran, shape, length } = await readNpyHeader(source);
  const type = /^[<>|=]/.test(descr) ? TYPES[descr.slice(1)] : undefined;
  if (type === undefined) {
    const what = descr === "|O" ? "Python objects (dtype object)" : `elements of dtype ${descr}`;
    throw new InputError(
      `Cannot read ${source.name}: it holds ${what}, plain numbers are needed`,
    );
  }
  return openArray(source, { type, fortran, shape, offset: length, bigEndian: descr[0] === ">" });
}

/**
 * Reads an array of fixed-length strings, NumPy's kinds `U` (UTF-32) and `S` (bytes), as one list.
 *
 * @throws {InputError} If it is damaged or too long.
 */
export async function readStrings(source: ByteSource): Promise<string[]> {
  const { descr, shape, length } = await readNpyHeader(source);
  const [order, kind, size] = [descr[0], descr[1], Number(descr.slice(2))];
  const layout = { fortran: false, offset: length, bigEndian: order === ">" };
  const { data } = await openArray(source, {
    ...layout,
    type: kind === "U" ? "uint32" : "uint8",
    shape: [sizeOf(shape), size],
  }).read();
  const codes = data as Uint32Array | Uint8Array;
  if (codes.some((code) => code > 0x10ffff)) {
    throw new InputError(`Cannot read ${source.name}: it holds characters that do not exist`);
  }
  return Array.from({ length: sizeOf(shape) }, (_, i) => {
    const row = codes.subarray(i * size, (i + 1) * size);
    const text = row instanceof Uint8Array
      ? new TextDecoder().decode(row)
      : Array.from(row, (code) => String.fromCodePoint(code)).join("");
    return text.replace(/\0+$/, "");
  });
}

/**
 * Reads the header of a `.npy` file, versions 1 to 3.
 *
 * @throws {InputError} If it is none.
 */
export async function readNpyHeader(source: ByteSource): Promise<NpyHeader> {
  const fault = (found: string) => new InputError(`Cannot read ${source.name}: ${found}`);
  const reader = new ByteReader(source.open());
  try {
    const start = await reader.take(8);
    if (!isNpy(start)) throw fault(`it is no .npy file, it begins with ${quoteStart(start)}`);
    const version = start[6];
    if (version < 1 || version > 3) {
      throw fault(`its .npy format is version ${version}, versions 1 to 3 can be read`);
    }
    const sizeBytes = await reader.take(version === 1 ? 2 : 4);
    const view = new DataView(sizeBytes.buffer);
    if (sizeBytes.length < (version === 1 ? 2 : 4)) throw fault("it ends inside its header");
    const textLength = version === 1 ? view.getUint16(0, true) : view.getUint32(0, true);
    if (textLength > MAX_HEADER) throw fault(`its header declares ${textLength} bytes of itself`);
    const text = await reader.take(textLength);
    if (text.length < textLength) throw fault("it ends inside its header");
    const header = parseHeader(new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(text));
    if (header === undefined) throw fault("its header is damaged");
    return { ...header, length: 8 + sizeBytes.length + textLength };
  } finally {
    await reader.close();
  }
}

/**
 * Reads the Python literal of a header, `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`,
 * with its three keys in any order and nothing else. A structured type's `descr` is a list, which is
 * kept as its text.
 */
function parseHeader(text: string): Omit<NpyHeader, "length"> | undefined {
  const body = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) return undefined;
  const values = new Map<string, string>();
  const entry =
    /\s*(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|\[.*\]|\([\dL,\s]*\)|True|False)\s*(,|$)/sy;
  while (entry.lastIndex < body.trimEnd().length) {
    const match = entry.exec(body);
    if (match === null || values.has(match[2])) return undefined;
    values.set(match[2], match[3]);
  }
  const descr = values.get("descr");
  const fortran = values.get("fortran_order");
  const shape = parseShape(values.get("shape"));
  if (values.size !== 3 || descr === undefined || !/^['"[]/.test(descr)) return undefined;
  if ((fortran !== "True" && fortran !== "False") || shape === undefined) return undefined;
  return { descr: descr.replace(/^['"]|['"]$/g, ""), fortran: fortran === "True", shape };
}

/** The numbers of a Python tuple: `()`, `(3,)`, `(3, 4)`, or with Python 2's `(3L, 4L)`. */
function parseShape(text: string | undefined): number[] | undefined {
  const inner = /^\(\s*((?:\d+L?\s*,\s*)*)(\d+L?)?\s*\)$/.exec(text ?? "");
  if (inner === null || (inner[1] === "" && inner[2] !== undefined)) return undefined;
  return (text!.match(/\d+/g) ?? []).map(Number);
}

/** The first few characters of a file, for a message that says what it is instead. */
export function quoteStart(start: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(start.subarray(0, 8));
  if (/^[\x20-\x7e\s]*$/.test(text)) return JSON.stringify(text);
  return [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The bytes of an array as a `.npy` file, version 1. */
export function encodeNpy(array: NdArray): Uint8Array<ArrayBuffer> {
  const { dtype, shape, data } = array;
  if (sizeOf(shape) !== data.length) {
    throw new RangeError(
      `Cannot encode an array of shape [${shape}]: it has ${data.length} elements`,
    );
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${DESCRS[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((MAGIC.length + 4 + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const text = `${MAGIC}\x01\x00??${dict}`.padEnd(length - 1) + "\n";
  const bytes = new Uint8Array(length + data.byteLength);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  new DataView(bytes.buffer).setUint16(8, length - MAGIC.length - 4, true);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), length);
  return bytes;
}
