import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { openBytes } from "../../../lib/data/bytes.ts";
import { isTar, readTar } from "../../../lib/data/tar.ts";
import { tarOf } from "./cifar_files.ts";

const archive = tarOf({ "a.txt": new Uint8Array(700).fill(1), "d/b.txt": Uint8Array.of(2, 3) });
const read = async (bytes: Uint8Array, isWanted = (_: string) => true) =>
  await Array.fromAsync(readTar(await openBytes(bytes), isWanted));

Deno.test("readTar() gives the files that are wanted", async () => {
  assertEquals(isTar(archive), true);
  assertEquals((await read(archive)).map(({ name, bytes }) => [name, bytes.length]), [
    ["a.txt", 700],
    ["d/b.txt", 2],
  ]);
  const [{ bytes }] = await read(archive, (name) => name === "d/b.txt");
  assertEquals([...bytes], [2, 3]);
});

Deno.test("readTar() throws InputError for what is cut or no archive", async () => {
  await assertRejects(() => read(archive.subarray(0, 900)), InputError, "it ends inside a.txt");
  await assertRejects(() => read(new Uint8Array(600).fill(65)), InputError, "no tar archive");
});
