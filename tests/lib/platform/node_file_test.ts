import { assertEquals, assertThrows } from "@std/assert";
import { OpenFile } from "../../../lib/platform/node_file.ts";

Deno.test("OpenFile writes and reads where it is told, and closes once", async () => {
  const path = await Deno.makeTempFile();
  {
    using file = new OpenFile(path, { write: true, truncate: true });
    assertEquals(await file.write(Uint8Array.of(1, 2, 3)), 3);
    await file.seek(5);
    await file.write(Uint8Array.of(9));
    await file.sync();
    file.close();
  }
  using file = new OpenFile(path);
  file.syncSync();
  await file.seek(2);
  const into = new Uint8Array(10);
  assertEquals(await file.read(into), 4);
  assertEquals([...into.subarray(0, 4)], [3, 0, 0, 9]);
  assertEquals(await file.read(into), null);
  await file.seek(0);
  const blocks = await Array.fromAsync(file.readable);
  assertEquals(blocks.map((block) => [...block]), [[1, 2, 3, 0, 0, 9]]);
  assertThrows(() => file.tryLockSync(), Error, "no locks");
  using more = new OpenFile(path, { append: true });
  await more.write(Uint8Array.of(7));
  assertEquals([...await Deno.readFile(path)], [1, 2, 3, 0, 0, 9, 7]);
  assertThrows(() => new OpenFile(path, { write: true, createNew: true }), Error, "EEXIST");
  await Deno.remove(path);
});
