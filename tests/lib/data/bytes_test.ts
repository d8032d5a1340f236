import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "fflate";
import { ByteReader, gunzip, openBytes, peek, unpack } from "../../../lib/data/bytes.ts";
import { InputError } from "../../../lib/input_error.ts";
import { inFolder } from "./_fixtures.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => i * i % 251);

/** All bytes of a source. */
async function all(blocks: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return await new ByteReader(blocks).take(BYTES.length + 1);
}

Deno.test("openBytes() reads files and memory alike: whole, in ranges, again and again", async () => {
  await inFolder(async (place) => {
    await Deno.writeFile(place("a"), BYTES);
    for (const file of [await openBytes(place("a")), await openBytes(BYTES)]) {
      assertEquals(file.size, BYTES.length);
      for (let time = 0; time < 2; time++) assertEquals(await all(file.open()), BYTES);
      assertEquals(await all(file.range(5, 270_000)), BYTES.slice(5, 270_000));
      assertEquals(await peek(file, 3), BYTES.slice(0, 3));
    }
  });
});

Deno.test("openBytes() throws for an empty file, a folder and what is not there", async () => {
  await inFolder(async (place) => {
    await Deno.writeFile(place("empty"), new Uint8Array());
    await assertRejects(() => openBytes(place("empty")), InputError, "the file is empty");
    await assertRejects(() => openBytes(place("none")), InputError, "there is no such file");
    await assertRejects(() => openBytes(place(".")), InputError, "it is no file");
  });
});

Deno.test("ByteReader takes pieces of any size across blocks, and at the end what is left", async () => {
  const blocks = async function* () {
    for (const size of [3, 0, 5, 1]) {
      yield new Uint8Array(size).fill(size);
      await Promise.resolve();
    }
  };
  const reader = new ByteReader(blocks());
  assertEquals([...await reader.take(2)], [3, 3]);
  assertEquals([...await reader.take(4)], [3, 5, 5, 5]);
  assertEquals([...await reader.take(9)], [5, 5, 1]);
  assertEquals((await reader.take(1)).length, 0);
  await reader.close();
});

Deno.test("gunzip() unpacks, up to the bytes that are allowed", async () => {
  const file = await openBytes(gzipSync(BYTES));
  assertEquals(await all(gunzip(file, { maxBytes: BYTES.length }).open()), BYTES);
  await assertRejects(
    () => all(gunzip(file, { maxBytes: BYTES.length - 1 }).open()),
    InputError,
    "--max-bytes",
  );
});

Deno.test("gunzip() unpacks every member of a file, and finds the one that is damaged", async () => {
  const members = [BYTES.slice(0, 1), BYTES.slice(1, 40), new Uint8Array(0), BYTES.slice(40)];
  const packed = members.map((member) => gzipSync(member));
  const file = await openBytes(Uint8Array.from(packed.flatMap((member) => [...member])));
  assertEquals(await all(gunzip(file, { maxBytes: BYTES.length }).open()), BYTES);
  const limited = gunzip(file, { maxBytes: BYTES.length - 1 });
  await assertRejects(() => all(limited.open()), InputError, "--max-bytes");
  const short = await openBytes(Uint8Array.from(packed.flatMap((m) => [...m]).slice(0, -3)));
  await assertRejects(
    () => all(gunzip(short, { maxBytes: 1e9 }).open()),
    InputError,
    "damaged or cut short",
  );
});

Deno.test("unpack() throws for damaged data, and for a checksum that does not match", async () => {
  const packed = gzipSync(BYTES);
  const cut = await openBytes(packed.slice(0, packed.length >> 1));
  await assertRejects(
    () => all(gunzip(cut, { maxBytes: 1e9 }).open()),
    InputError,
    "damaged or cut short",
  );
  const options = { name: '"x"', format: "stored", limit: 9, tooLong: "it is longer" } as const;
  const file = await openBytes(new TextEncoder().encode("123456789"));
  // The check value of CRC-32 (ISO-HDLC).
  await all(unpack(file.open(), { ...options, checksum: 0xcbf43926 }));
  await assertRejects(
    () => all(unpack(file.open(), { ...options, checksum: 1 })),
    InputError,
    "its checksum does not match",
  );
  await assertRejects(
    () => all(unpack(file.open(), { ...options, limit: 8 })),
    InputError,
    'Cannot read "x": it is longer',
  );
});
