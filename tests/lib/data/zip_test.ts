import { assertEquals, assertRejects } from "@std/assert";
import { strToU8, zipSync } from "fflate";
import { ByteReader, openBytes } from "../../../lib/data/bytes.ts";
import { openZipEntry, readZipEntries } from "../../../lib/data/zip.ts";
import { InputError } from "../../../lib/input_error.ts";

const LONG = "a long line that repeats, ".repeat(500);
const ZIP = zipSync({
  "stored.txt": [strToU8("as it is"), { level: 0 }],
  "folder/deflated.txt": [strToU8(LONG), { level: 9 }],
});

async function textOf(zip: Uint8Array, index: number, maxBytes = 1e6): Promise<string> {
  const file = await openBytes(zip);
  const entry = (await readZipEntries(file))[index];
  const source = openZipEntry(file, entry, { maxBytes });
  return new TextDecoder().decode(await new ByteReader(source.open()).take(1e6));
}

Deno.test("readZipEntries() lists paths and sizes; openZipEntry() unpacks them", async () => {
  const entries = await readZipEntries(await openBytes(ZIP));
  assertEquals(entries.map(({ path, size, method }) => [path, size, method]), [
    ["stored.txt", 8, 0],
    ["folder/deflated.txt", LONG.length, 8],
  ]);
  assertEquals([await textOf(ZIP, 0), await textOf(ZIP, 1)], ["as it is", LONG]);
});

Deno.test("readZipEntries() throws for a file that is cut short, wherever it is cut", async () => {
  for (const length of [10, ZIP.length - 30, ZIP.length - 1]) {
    const file = await openBytes(ZIP.slice(0, length));
    await assertRejects(() => readZipEntries(file), InputError, "it is cut short");
  }
});

Deno.test("openZipEntry() throws for damaged bytes, and for more than is allowed", async () => {
  const damaged = ZIP.slice();
  damaged[30 + "stored.txt".length + 2] ^= 1;
  await assertRejects(() => textOf(damaged, 0), InputError, "checksum does not match");
  await assertRejects(() => textOf(ZIP, 1, 100), InputError, "at most 100 are allowed");
});

Deno.test("no change of a byte reads as other content", async () => {
  const texts = new Set(["as it is"]);
  for (let at = 0; at < ZIP.length; at += 7) {
    const changed = ZIP.slice();
    changed[at] ^= 0xff;
    const text = await textOf(changed, 0).catch(() => "as it is");
    texts.add(text);
  }
  // A changed path may be in the way of another entry's place, never of its bytes.
  texts.delete(LONG);
  assertEquals([...texts], ["as it is"]);
});

Deno.test("readZipEntries() throws for an entry that is not counted, or lies outside the table", async () => {
  const end = ZIP.length - 22;
  for (const count of [0, 1, 3, 0xfffe]) {
    const changed = ZIP.slice();
    new DataView(changed.buffer).setUint16(end + 10, count, true);
    await assertRejects(
      () => openBytes(changed).then(readZipEntries),
      InputError,
      "its zip table of contents is damaged",
    );
  }
  // The first of two entries alone, with a table that ends behind it.
  const hidden = ZIP.slice();
  const view = new DataView(hidden.buffer);
  view.setUint16(end + 10, 1, true);
  view.setUint32(end + 12, 46 + "stored.txt".length, true);
  await assertRejects(() => openBytes(hidden).then(readZipEntries), InputError, "is damaged");
});

Deno.test("readZipEntries() throws if two entries have one name", async () => {
  for (const names of [["a", "b"], ["a/x.npy", "b/x.npy"]]) {
    const zip = zipSync({ [names[0]]: strToU8("one"), [names[1]]: strToU8("two") });
    const text = new TextDecoder("latin1").decode(zip).replaceAll(names[1], names[0]);
    const twice = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    await assertRejects(
      () => openBytes(twice).then(readZipEntries),
      InputError,
      `it holds "${names[0]}" twice`,
    );
  }
});
