import { InputError } from "../../../lib/input_error.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { allocate, type DType, ndarray } from "../../../lib/array/ndarray.ts";
import {
  decodeTensor,
  dtypeOf,
  encodeTensor,
  onnxDataType,
} from "../../../lib/onnx/tensor_proto.ts";

const TYPES: readonly DType[] = [
  ...["float32", "float64", "int8", "int16", "int32"] as const,
  ...["int64", "uint8", "uint16", "uint32", "bool"] as const,
];

Deno.test("decodeTensor() gives the array of each type that encodeTensor() took", () => {
  for (const dtype of TYPES) {
    const data = allocate(dtype, 6);
    data[5] = dtype === "int64" ? 1n : 1;
    const array = ndarray(dtype, [2, 3], data);
    assertEquals(decodeTensor(encodeTensor(array, "x")), array);
    assertEquals(dtypeOf(onnxDataType(dtype)), dtype);
  }
  const scalar = ndarray("float32", [], Float32Array.of(7));
  assertEquals(decodeTensor(encodeTensor(scalar)), scalar);
});

Deno.test("encodeTensor() writes only the part that a view covers", () => {
  const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const tensor = encodeTensor(ndarray("float32", [2], view));
  assertEquals([...decodeTensor(tensor).data], [2, 3]);
});

Deno.test("decodeTensor() throws for data in another file, and for unknown types", () => {
  const array = ndarray("float32", [1], Float32Array.of(1));
  const place = { location: "weights", offset: 0, length: 4 };
  assertThrows(
    () => decodeTensor(encodeTensor(array, "w", place)),
    InputError,
    'tensor "w" is stored in another file',
  );
  assertThrows(() => dtypeOf(16), InputError, "element type 16 is not supported");
});
