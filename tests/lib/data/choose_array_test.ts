import { assertEquals, assertRejects } from "@std/assert";
import { type ByteSource, openBytes } from "../../../lib/data/bytes.ts";
import { chooseArray } from "../../../lib/data/choose_array.ts";
import { InputError } from "../../../lib/input_error.ts";

/** Arrays of no content under keys. */
async function arrays(...keys: string[]): Promise<ReadonlyMap<string, ByteSource>> {
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 4), }\n";
  const magic = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length, 0];
  const source = await openBytes(Uint8Array.of(...magic, ...new TextEncoder().encode(header)));
  return new Map(keys.map((key) => [key, { ...source, name: key }]));
}

async function choose(keys: string[], wanted: "images" | "labels", key?: string) {
  const source = await chooseArray(await arrays(...keys), { name: '"a.npz"', key, wanted });
  return source?.name;
}

Deno.test("chooseArray() takes the given key, a common name, or the only array", async () => {
  assertEquals(await choose(["data", "labels"], "images"), "data");
  assertEquals(await choose(["data", "labels"], "labels"), "labels");
  assertEquals(await choose(["odd", "labels", "other"], "images", "odd"), "odd");
  assertEquals(await choose(["anything"], "images"), "anything");
  assertEquals(await choose(["data"], "labels"), undefined);
});

Deno.test("chooseArray() throws where it would have to guess, and lists the arrays", async () => {
  const cases = [
    [["images", "data"], "images", undefined, '"images" and "data" could both be'],
    [["a", "b"], "images", undefined, "no array has a common name"],
    [["images"], "images", "pixels", 'it has no array "pixels"'],
  ] as const;
  for (const [keys, wanted, key, found] of cases) {
    const error = await assertRejects(() => choose([...keys], wanted, key), InputError);
    assertEquals(error.message.includes(found), true, error.message);
    assertEquals(error.message.includes(`${JSON.stringify(keys[0])} [0, 4]`), true, error.message);
    assertEquals(error.message.endsWith("with --images-key"), true, error.message);
  }
});
