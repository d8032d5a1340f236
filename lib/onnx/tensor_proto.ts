import { InputError } from "../input_error.ts";
import { create } from "@bufbuild/protobuf";
import {
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
} from "onnx-buf";
import { type DType, fromBytes, type NdArray, ndarray } from "../array/ndarray.ts";

const DATA_TYPES: Readonly<Record<DType, DataType>> = {
  float16: DataType.FLOAT16,
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int8: DataType.INT8,
  int16: DataType.INT16,
  int32: DataType.INT32,
  int64: DataType.INT64,
  uint8: DataType.UINT8,
  uint16: DataType.UINT16,
  uint32: DataType.UINT32,
  bool: DataType.BOOL,
};

const DTYPES = new Map(
  Object.entries(DATA_TYPES).map(([dtype, type]) => [type as number, dtype as DType]),
);

/** The number by which ONNX knows an element type, as `Cast` takes it. */
export function onnxDataType(dtype: DType): number {
  if (Object.hasOwn(DATA_TYPES, dtype)) return DATA_TYPES[dtype];
  throw new InputError(
    `Cannot use element type "${dtype}": it is not one of ${Object.keys(DATA_TYPES).join(", ")}`,
  );
}

/** Where a tensor lies in a file beside the model's. */
export interface ExternalTensor {
  /** The name of the file, relative to the model's folder. */
  readonly location: string;
  /** In bytes, from the start of the file. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/**
 * An array as a tensor of a model.
 *
 * @param place Where its data lies, if not in the model.
 */
export function encodeTensor(
  { dtype, shape, data }: NdArray,
  name = "",
  place?: ExternalTensor,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: DATA_TYPES[dtype],
    dims: shape.map(BigInt),
    ...place === undefined
      ? { rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength) }
      : { dataLocation: DataLocation.EXTERNAL, externalData: encodeEntries({ ...place }) },
  });
}

/** Names with values, as models store them. */
export function encodeEntries(
  entries: Readonly<Record<string, string | number>>,
): StringStringEntryProto[] {
  return Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value: String(value) })
  );
}

/**
 * The array that a tensor of a model holds.
 *
 * @throws {InputError} If it is stored in a way that this reader does not know.
 */
export function decodeTensor(
  { name, dataType, dims, rawData, dataLocation }: TensorProto,
): NdArray {
  if (dataLocation === DataLocation.EXTERNAL) {
    throw new InputError(
      `Cannot read ONNX model: tensor "${name}" is stored in another file, the bytes of one are read`,
    );
  }
  if (rawData === undefined) {
    throw new InputError(`Cannot read ONNX model: tensor "${name}" is not stored as raw bytes`);
  }
  const dtype = dtypeOf(dataType);
  return ndarray(dtype, dims.map(Number), fromBytes(dtype, rawData));
}

/** The name of an element type that ONNX knows by number. */
export function dtypeOf(dataType: number | undefined): DType {
  const dtype = DTYPES.get(dataType ?? 0);
  if (dtype === undefined) {
    throw new InputError(`Cannot read ONNX model: element type ${dataType} is not supported`);
  }
  return dtype;
}
