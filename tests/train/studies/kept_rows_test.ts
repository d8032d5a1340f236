import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { keptRows } from "../../../train/studies/kept_rows.ts";
import { inFolder } from "../../command_line.ts";

Deno.test("keptRows() keeps rows for the next time, and rejects other files", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/study/results.json`;
    const first = await keptRows<{ a: number }>(path);
    assertEquals(first.rows, []);
    for (const a of [1, 2]) await first.add({ a });
    assertEquals((await keptRows(path)).rows, [{ a: 1 }, { a: 2 }]);
    await Promise.all(Array.from({ length: 20 }, (_, i) => first.add({ a: 3 + i })));
    assertEquals((await keptRows<{ a: number }>(path)).rows, first.rows);
    for (const text of ["", "{}", "[1"]) {
      await Deno.writeTextFile(path, text);
      await assertRejects(() => keptRows(path), InputError, "not the file that a study wrote");
    }
  });
});
