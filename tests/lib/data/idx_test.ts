import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { readIdx } from "../../../lib/data/idx.ts";
import { fixture, PIXELS } from "./_fixtures.ts";

Deno.test("readIdx() reads plain and gzipped files", async () => {
  const expected = ndarray("uint8", [6, 4, 4], PIXELS);
  assertEquals(await readIdx(fixture("images-idx3-ubyte")), expected);
  assertEquals(await readIdx(fixture("images-idx3-ubyte.gz")), expected);
});

Deno.test("readIdx() reads big-endian elements", async () => {
  assertEquals(
    await readIdx(fixture("doubles.idx")),
    ndarray("float64", [2, 3], Float64Array.of(0, 1, 2, 3, 4, 5)),
  );
});

Deno.test("readIdx() throws if the file is cut short, longer than declared or no IDX file", async () => {
  const bytes = await Deno.readFile(fixture("images-idx3-ubyte"));
  await assertRejects(
    () => readIdx(bytes.slice(0, -1)),
    InputError,
    "it holds 95 bytes of elements, its header declares 96 (uint8 of shape [6, 4, 4])",
  );
  await assertRejects(() => readIdx(Uint8Array.of(...bytes, 0)), InputError, "it holds 97 bytes");
  await assertRejects(() => readIdx(bytes.slice(0, 10)), InputError, "it ends inside its header");
  await assertRejects(() => readIdx(Uint8Array.of(1, 2, 3)), InputError, "it is no IDX file");
});

Deno.test("readIdx() throws if a gzipped file is cut short or holds other bytes than declared", async () => {
  const packed = await Deno.readFile(fixture("images-idx3-ubyte.gz"));
  await assertRejects(
    () => readIdx(packed.slice(0, -20)),
    InputError,
    'Cannot read "bytes": its compressed data is damaged or cut short',
  );
  const gzip = async (bytes: Uint8Array<ArrayBuffer>) => {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  const bytes = await Deno.readFile(fixture("images-idx3-ubyte"));
  const short = await gzip(bytes.slice(0, -6));
  await assertRejects(() => readIdx(short), InputError, "it ends after 90 bytes of elements");
  const long = await gzip(Uint8Array.of(...bytes, 0));
  await assertRejects(() => readIdx(long), InputError, "more bytes of elements follow");
});

Deno.test("readIdx() throws if a gzipped header declares what no memory holds", async () => {
  for (const shape of [[1, 60_000, 60_000], [1, 0xffffffff], [3, 0xffffffff, 1000], [0xffffffff]]) {
    const header = new DataView(new ArrayBuffer(4 + 4 * shape.length + 5));
    header.setUint32(0, 0x0800 + shape.length);
    shape.forEach((size, axis) => header.setUint32(4 + 4 * axis, size));
    const stream = new Blob([header.buffer]).stream().pipeThrough(new CompressionStream("gzip"));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    await assertRejects(() => readIdx(packed), InputError, "it ends after 5 bytes of elements");
  }
});
