import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { allocate, type DType, ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpy, readNpy } from "../../../lib/data/npy.ts";
import { readNpz } from "../../../lib/data/npz.ts";
import { fixture, inFolder, PIXELS } from "./_fixtures.ts";

/** The bytes of a version 1 file with any header text. */
function withHeader(text: string, elements: number): Uint8Array {
  const bytes = new Uint8Array(10 + text.length + elements);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  return bytes;
}

Deno.test("readNpy() reads all that NumPy writes: types, endians and orders", async () => {
  const arrays = await readNpz(fixture("types.npz"));
  const widened: Record<string, DType> = { f2: "float32", u8: "int64" };
  const same: Record<string, DType> = {
    u1: "uint8",
    i1: "int8",
    u2: "uint16",
    i2: "int16",
    u4: "uint32",
    i4: "int32",
    i8: "int64",
    f4: "float32",
    f8: "float64",
    b1: "bool",
  };
  let seen = 0;
  for (const [kind, dtype] of Object.entries({ ...widened, ...same })) {
    for (const endian of ["little", "big"]) {
      for (const order of ["C", "F"]) {
        const array = arrays[`${kind}_${endian}_${order}`];
        assertEquals(array.dtype, dtype);
        assertEquals(array.shape, [2, 3, 4]);
        const expected = Array.from(
          { length: 24 },
          (_, i) => kind === "b1" ? i % 2 : kind[0] === "u" ? i : i - 3,
        );
        assertEquals(Array.from<number | bigint, number>(array.data, Number), expected);
        seen++;
      }
    }
  }
  assertEquals(seen, 48);
  assertEquals(arrays.scalar, ndarray("float32", [], Float32Array.of(2.5)));
  assertEquals(arrays.empty, ndarray("float32", [0, 3], new Float32Array(0)));
  assertEquals(arrays.one_axis, ndarray("int32", [5], Int32Array.of(0, 1, 2, 3, 4)));
});

Deno.test("readNpy() reads header versions 1, 2 and 3", async () => {
  const expected = ndarray("uint8", [6, 4, 4], PIXELS);
  for (const version of [1, 2, 3]) {
    assertEquals(await readNpy(fixture(`version_${version}.npy`)), expected);
  }
});

Deno.test("readNpy() gives the same array for Fortran and C order", async () => {
  assertEquals(await readNpy(fixture("fortran.npy")), await readNpy(fixture("images.npy")));
});

Deno.test("readNpy() reads what encodeNpy() wrote, for every type and rank", async () => {
  const dtypes: DType[] = [
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "bool",
  ];
  for (const dtype of dtypes) {
    for (const shape of [[], [1], [7], [2, 3], [2, 1, 3, 2], [0, 4]]) {
      const data = allocate(dtype, shape.reduce((size, dim) => size * dim, 1));
      for (let i = 0; i < data.length; i++) {
        data[i] = data instanceof BigInt64Array
          ? BigInt(i) - 2n ** 40n
          : dtype === "bool"
          ? i % 2
          : i;
      }
      const array = ndarray(dtype, shape, data);
      const bytes = encodeNpy(array);
      assertEquals((bytes.length - data.byteLength) % 64, 0, "the elements are aligned");
      assertEquals(await readNpy(bytes), array);
    }
  }
});

Deno.test("encodeNpy() writes NumPy's own bytes", async () => {
  const bytes = encodeNpy(ndarray("uint8", [6, 4, 4], PIXELS));
  const header = (all: Uint8Array) =>
    new TextDecoder("latin1").decode(all.subarray(10, all.length - 96)).trimEnd();
  const numpy = await Deno.readFile(fixture("images.npy"));
  assertEquals(header(bytes), header(numpy));
  assertEquals(bytes.slice(-96), PIXELS);
});

Deno.test("encodeNpy() throws if the shape does not hold the elements", () => {
  const array = { dtype: "uint8", shape: [3], data: new Uint8Array(2) } as const;
  assertThrows(() => encodeNpy(array), RangeError, "Cannot encode an array of shape [3]");
});

Deno.test("readNpy() throws if the header lies about the shape", async () => {
  const header = (shape: string) =>
    `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }\n`;
  for (const [shape, found] of [["(3, 4)", "48"], ["(2, 4)", "32"], ["()", "4"]]) {
    const error = await assertRejects(() => readNpy(withHeader(header(shape), 40)), InputError);
    assert(
      error.message.startsWith(
        `Cannot read "bytes": it holds 40 bytes of elements, its header declares ${found} (float32`,
      ),
      error.message,
    );
  }
  await assertRejects(
    () => readNpy(withHeader(header("(99999999999, 99999999999)"), 40)),
    InputError,
    'Cannot read "bytes": no file can hold that much, its header declares',
  );
});

Deno.test("readNpy() throws if the header is damaged", async () => {
  for (
    const text of [
      "",
      "{}",
      "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': True}",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}",
      "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}",
      "{'descr': True, 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1",
    ]
  ) {
    await assertRejects(
      () => readNpy(withHeader(text, 4)),
      InputError,
      'Cannot read "bytes": its header is damaged',
      text,
    );
  }
});

Deno.test("readNpy() reads headers that other programs wrote", async () => {
  for (
    const text of [
      "{'descr':'<f4','fortran_order':False,'shape':(1,)}",
      '{"shape": (1L,), "fortran_order": True, "descr": "<f4"}   ',
      "{ 'fortran_order': False,\n 'shape': ( 1 , 1 ), 'descr': '=f4', }\n",
    ]
  ) {
    const array = await readNpy(withHeader(text, 4));
    assertEquals(array.dtype, "float32");
  }
});

Deno.test("readNpy() throws if the elements are no plain numbers", async () => {
  for (
    const [name, found] of [
      ["objects.npy", "Python objects (dtype object)"],
      ["text.npy", "elements of dtype <U4"],
      ["structured.npy", "elements of dtype [('a', '<f4'), ('b', '<i4')]"],
    ]
  ) {
    await assertRejects(
      () => readNpy(fixture(name)),
      InputError,
      `${name}": it holds ${found}, plain numbers are needed`,
    );
  }
});

Deno.test("readNpy() throws if the file is missing, empty, cut short or no .npy file", async () => {
  await inFolder(async (place) => {
    const refused = async (content: Uint8Array | string, found: string) => {
      const path = place("x.npy");
      await Deno.writeFile(
        path,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
      const error = await assertRejects(() => readNpy(path), InputError);
      assertEquals(error.message, `Cannot read "${path}": ${found}`);
    };
    await assertRejects(
      () => readNpy(place("none.npy")),
      InputError,
      `Cannot read "${place("none.npy")}": there is no such file or folder`,
    );
    const bytes = await Deno.readFile(fixture("images.npy"));
    await refused("", "the file is empty");
    await refused("1,2,3\n4,5,6\n", 'it is no .npy file, it begins with "1,2,3\\n4,"');
    await refused(bytes.slice(0, 9), "it ends inside its header");
    await refused(bytes.slice(0, 60), "it ends inside its header");
    await refused(
      bytes.slice(0, -16),
      "it holds 80 bytes of elements, its header declares 96 (uint8 of shape [6, 4, 4])",
    );
    await refused(
      bytes.with(6, 9),
      "its .npy format is version 9, versions 1 to 3 can be read",
    );
  });
});
