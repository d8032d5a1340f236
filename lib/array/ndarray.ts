/** Element types of an {@linkcode NdArray}, under their ONNX names. */
export type DType = keyof TypedArrays;

/** The typed array that holds each {@linkcode DType}; `bool` is one byte an element, 0 or 1. */
export interface TypedArrays {
  float16: Float16Array;
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  bool: Uint8Array;
}

/** A dense array in row-major (C) order: the one numeric value that passes between folders. */
export interface NdArray<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** `sizeOf(shape)` elements, last axis fastest. */
  readonly data: TypedArrays[D];
}

const CONSTRUCTORS = {
  // Some browsers lack it.
  float16: globalThis.Float16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const;

/** The number of elements of a shape; 1 for a scalar's `[]`. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** Gives zeroed memory of some bytes that lies elsewhere, or leaves it to `allocate()`. */
export type MemorySource = (bytes: number) => ArrayBuffer | undefined;

let elsewhere: MemorySource = () => undefined;

/** Sets where memory comes from, for the whole process; returns where it came from before. */
export function allocateFrom(source: MemorySource): MemorySource {
  const before = elsewhere;
  elsewhere = source;
  return before;
}

/** A zero-filled typed array for `length` elements of `dtype`. */
export function allocate<D extends DType>(dtype: D, length: number): TypedArrays[D] {
  const type = CONSTRUCTORS[dtype];
  const buffer = elsewhere(length * type.BYTES_PER_ELEMENT);
  return (buffer === undefined ? new type(length) : new type(buffer)) as TypedArrays[D];
}

/** The typed array of `dtype` over the bytes of `bytes`, copied so that it is aligned. */
export function fromBytes<D extends DType>(dtype: D, bytes: Uint8Array): TypedArrays[D] {
  return new CONSTRUCTORS[dtype](bytes.slice().buffer as ArrayBuffer) as TypedArrays[D];
}

/**
 * Wraps typed data with a shape.
 *
 * @throws {RangeError} If the shape does not hold exactly the given number of elements.
 */
export function ndarray<D extends DType>(
  dtype: D,
  shape: readonly number[],
  data: TypedArrays[D],
): NdArray<D> {
  if (sizeOf(shape) !== data.length) {
    throw new RangeError(
      `Cannot make an array of shape [${shape}]: it holds ${
        sizeOf(shape)
      } elements, got ${data.length}`,
    );
  }
  return { dtype, shape, data };
}
