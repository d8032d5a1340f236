import {
  allocate,
  type DType,
  fromBytes,
  type NdArray,
  ndarray,
  sizeOf,
} from "../array/ndarray.ts";
import { fromFloat16 } from "../array/float16.ts";
import { InputError } from "../input_error.ts";
import { ByteReader, type ByteSource } from "./bytes.ts";

/** An element type as files hold it: half floats and unsigned 64-bit integers are widened. */
export type FileType = DType | "float16" | "uint64";

/** Where the elements of an array lie in its bytes. */
export interface ArrayLayout {
  readonly type: FileType;
  readonly shape: readonly number[];
  /** Bytes before the first element. */
  readonly offset: number;
  readonly bigEndian: boolean;
  /** First axis fastest, as Fortran and MATLAB keep arrays. */
  readonly fortran: boolean;
}

/** An array in a file, read whole or a few rows at a time. */
export interface ArrayFile {
  /** How messages name it, quotes included. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  read(): Promise<NdArray>;
  /** Rows of the first axis in order, `size` at a time and at the end what is left. */
  rows(size: number): AsyncIterable<NdArray>;
}

const ITEM_BYTES: Record<FileType, number> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  float16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/**
 * An array over its bytes. Arrays in C order are streamed; one in Fortran order has no row in one
 * place and is read whole.
 *
 * @throws {InputError} If the source does not hold exactly the bytes that the layout declares; at
 * once where the source's size is known, else on reading.
 */
export function openArray(source: ByteSource, layout: ArrayLayout): ArrayFile {
  const { type, shape, offset } = layout;
  const { name } = source;
  const itemBytes = ITEM_BYTES[type];
  const bytes = sizeOf(shape) * itemBytes;
  const fault = (found: string) =>
    new InputError(
      `Cannot read ${name}: ${found}, its header declares ${bytes} (${type} of shape [${
        shape.join(", ")
      }])`,
    );
  if (!Number.isSafeInteger(bytes)) throw fault("no file can hold that much");
  if (source.size !== undefined && source.size - offset !== bytes) {
    throw fault(`it holds ${Math.max(source.size - offset, 0)} bytes of elements`);
  }

  async function* read(size: number): AsyncGenerator<NdArray> {
    const reader = new ByteReader(source.open());
    try {
      await reader.take(offset);
      const rowShape = shape.slice(1);
      const rowBytes = sizeOf(rowShape) * itemBytes;
      const count = shape[0] ?? 1;
      for (let start = 0; start < count; start += size) {
        const rows = Math.min(size, count - start);
        const block = await reader.take(rows * rowBytes);
        if (block.length < rows * rowBytes) {
          throw fault(`it ends after ${start * rowBytes + block.length} bytes of elements`);
        }
        const blockShape = shape.length === 0 ? [] : [rows, ...rowShape];
        yield decode(block, { name, layout, shape: blockShape });
      }
      // Reading on to the end also runs the source's own checks of length and checksum.
      if ((await reader.take(1)).length > 0) throw fault("more bytes of elements follow");
    } finally {
      await reader.close();
    }
  }
  async function whole(): Promise<NdArray> {
    const dtype = dtypeOf(type);
    let array: NdArray = { dtype, shape, data: allocate(dtype, 0) };
    for await (const all of read(Math.max(shape[0] ?? 1, 1))) array = all;
    return layout.fortran ? fromFortran(array) : array;
  }
  async function* rows(size: number): AsyncGenerator<NdArray> {
    checkChunkSize(size);
    if (!layout.fortran || shape.length < 2) return yield* read(size);
    const array = await whole();
    const stride = sizeOf(shape.slice(1));
    for (let start = 0; start < shape[0]; start += size) {
      const end = Math.min(start + size, shape[0]);
      const data = array.data.slice(start * stride, end * stride);
      yield { dtype: array.dtype, shape: [end - start, ...shape.slice(1)], data } as NdArray;
    }
  }
  return { name, dtype: dtypeOf(type), shape, read: whole, rows };
}

/** @throws {RangeError} If `size` is no positive integer: reading so would never end. */
export function checkChunkSize(size: number): void {
  if (Number.isInteger(size) && size > 0) return;
  throw new RangeError(`Cannot read in chunks of ${size}: a positive integer is needed`);
}

function dtypeOf(type: FileType): DType {
  return type === "float16" ? "float32" : type === "uint64" ? "int64" : type;
}

/** Elements of bytes that nothing else holds. */
function decode(
  bytes: Uint8Array<ArrayBuffer>,
  options: { name: string; layout: ArrayLayout; shape: readonly number[] },
): NdArray {
  const { name, layout, shape } = options;
  const itemBytes = ITEM_BYTES[layout.type];
  if (layout.bigEndian && itemBytes > 1) reverseItems(bytes, itemBytes);
  if (layout.type === "float16") {
    return ndarray("float32", shape, fromFloat16(new Uint16Array(bytes.buffer)));
  }
  if (layout.type === "uint64") {
    const data = new BigInt64Array(bytes.buffer);
    if (data.some((value) => value < 0n)) {
      throw new InputError(`Cannot read ${name}: an unsigned 64-bit integer is 2^63 or more`);
    }
    return ndarray("int64", shape, data);
  }
  // To NumPy every byte but 0 is true.
  if (layout.type === "bool") return ndarray("bool", shape, bytes.map((byte) => byte && 1));
  return ndarray(layout.type, shape, fromBytes(layout.type, bytes));
}

function reverseItems(bytes: Uint8Array, itemBytes: number): void {
  for (let start = 0; start < bytes.length; start += itemBytes) {
    bytes.subarray(start, start + itemBytes).reverse();
  }
}

/** The same array in C order. */
function fromFortran(array: NdArray): NdArray {
  const { dtype, shape, data } = array;
  const ordered = allocate(dtype, data.length);
  // Walks the C order while `at` follows in the file: axis i there is `strides[i]` elements apart.
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = new Array<number>(shape.length).fill(0);
  let at = 0;
  for (let i = 0; i < ordered.length; i++) {
    ordered[i] = data[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return { dtype, shape, data: ordered } as NdArray;
}
