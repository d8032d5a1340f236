import { assertEquals, assertRejects } from "@std/assert";
import { openBytes } from "../../../lib/data/bytes.ts";
import { openParquet } from "../../../lib/data/parquet.ts";
import { InputError } from "../../../lib/input_error.ts";
import { encodeParquet } from "../../parquet_file.ts";

const FILE = encodeParquet([
  { name: "image", type: "BYTE_ARRAY", data: [0, 1, 2, 3, 4].map((i) => Uint8Array.of(i, 200)) },
  { name: "label", type: "INT64", data: [0n, 1n, 2n, 3n, 4n] },
]);
const open = async (bytes: Uint8Array, maxBytes = 1e6) =>
  await openParquet(await openBytes(bytes), { maxBytes });

Deno.test("openParquet() reads a column, a row group at a time, as often as asked", async () => {
  const { count, columns, values } = await open(FILE);
  assertEquals([count, [...columns.keys()]], [5, ["image", "label"]]);
  assertEquals(columns.get("label"), { type: "INT64" });
  for (let time = 0; time < 2; time++) {
    assertEquals(await Array.fromAsync(values("label")), [[0n, 1n, 2n], [3n, 4n]]);
  }
  const [, [, last]] = await Array.fromAsync(values("image"));
  assertEquals(last, Uint8Array.of(4, 200));
});

Deno.test("openParquet() says that a page claims more than there is, and leaves no file open", async () => {
  const path = await Deno.makeTempFile();
  const isLinux = Deno.build.os === "linux";
  const open = () => isLinux ? [...Deno.readDirSync("/proc/self/fd")].length : 0;
  const before = open();
  let said = 0;
  // The header of the first page, a byte at a time: what it says of sizes and counts, or leaves out.
  for (let at = 4; at < 30; at++) {
    for (const value of [0, 127, 255]) {
      const bytes = FILE.slice();
      bytes[at] = value;
      await Deno.writeFile(path, bytes);
      const opened = await openParquet(await openBytes(path), { maxBytes: 1e6 });
      try {
        await Array.fromAsync(opened.values("image"));
      } catch (error) {
        assertEquals(error instanceof InputError, true, String(error));
        said++;
      }
    }
  }
  await Deno.remove(path);
  assertEquals(said > 20, true, String(said));
  assertEquals(open() < before + 10, true, `${open()} files are open`);
});

Deno.test("openParquet() says what is no Parquet file, cut short or too large", async () => {
  const cases: [Uint8Array, string][] = [
    [new TextEncoder().encode("Hello"), 'it is no Parquet file, it begins with "Hell"'],
    [FILE.subarray(0, FILE.length - 9), "it is no Parquet file, or damaged"],
    [FILE.subarray(0, 6), "it is no Parquet file, or damaged"],
  ];
  for (const [bytes, message] of cases) {
    await assertRejects(() => open(bytes), InputError, message);
  }
  await assertRejects(() => open(FILE, 10), InputError, "raise --max-bytes to trust it");
});
