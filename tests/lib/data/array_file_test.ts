import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type ArrayLayout, checkChunkSize, openArray } from "../../../lib/data/array_file.ts";
import { openBytes } from "../../../lib/data/bytes.ts";
import { InputError } from "../../../lib/input_error.ts";

/** An array over the bytes of typed data, after two bytes of a header. */
async function arrayOf(data: ArrayBufferView, layout: Partial<ArrayLayout>) {
  const bytes = new Uint8Array(2 + data.byteLength);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 2);
  return openArray(await openBytes(bytes), {
    type: "float32",
    shape: [data.byteLength / 4],
    offset: 2,
    bigEndian: false,
    fortran: false,
    ...layout,
  });
}

Deno.test("openArray() reads whole arrays and rows, at the end what is left", async () => {
  const array = await arrayOf(Float32Array.of(1, 2, 3, 4, 5, 6), { shape: [3, 2] });
  assertEquals([...(await array.read()).data], [1, 2, 3, 4, 5, 6]);
  const rows = await Array.fromAsync(array.rows(2));
  assertEquals(rows.map(({ shape, data }) => [shape, [...data]]), [
    [[2, 2], [1, 2, 3, 4]],
    [[1, 2], [5, 6]],
  ]);
});

Deno.test("openArray() reads both byte orders, and widens half floats and unsigned integers", async () => {
  const big = await arrayOf(Uint8Array.of(0x3f, 0x80, 0, 0), { bigEndian: true });
  assertEquals([...(await big.read()).data], [1]);
  const half = await arrayOf(Float16Array.of(0.5, -2), { type: "float16", shape: [2] });
  assertEquals([half.dtype, ...(await half.read()).data], ["float32", 0.5, -2]);
  const wide = await arrayOf(BigUint64Array.of(7n), { type: "uint64", shape: [1] });
  assertEquals([wide.dtype, ...(await wide.read()).data], ["int64", 7n]);
  const tooWide = await arrayOf(BigUint64Array.of(2n ** 63n), { type: "uint64", shape: [1] });
  await assertRejects(() => tooWide.read(), InputError, "2^63 or more");
});

Deno.test("openArray() turns Fortran order into C order, in rows too", async () => {
  const inOrder = Float32Array.of(1, 4, 2, 5, 3, 6);
  const array = await arrayOf(inOrder, { shape: [2, 3], fortran: true });
  assertEquals([...(await array.read()).data], [1, 2, 3, 4, 5, 6]);
  const rows = await Array.fromAsync(array.rows(1));
  assertEquals(rows.map(({ data }) => [...data]), [[1, 2, 3], [4, 5, 6]]);
  const cube = await arrayOf(Float32Array.from({ length: 24 }, (_, i) => i), {
    shape: [2, 3, 4],
    fortran: true,
  });
  const { data } = await cube.read();
  // Element (i, j, k) lies at i + 2 j + 6 k.
  for (let i = 0; i < 24; i++) {
    const [a, b, c] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
    assertEquals(data[i], a + 2 * b + 6 * c);
  }
});

Deno.test("openArray() throws at once where the bytes are more or fewer than declared", async () => {
  for (const shape of [[3], [5], [2 ** 40, 2 ** 20]]) {
    await assertRejects(
      () => arrayOf(Float32Array.of(1, 2, 3, 4), { shape }),
      InputError,
      "its header declares",
    );
  }
});

Deno.test("checkChunkSize() throws for a size that would never end", () => {
  checkChunkSize(1);
  for (const size of [0, -1, 1.5, NaN]) assertThrows(() => checkChunkSize(size), RangeError);
});
