import { assertEquals } from "@std/assert";
import { formatCommand } from "../../../../lib/report/sections/provenance.ts";

Deno.test("formatCommand() quotes what a shell would read", () => {
  assertEquals(
    formatCommand(["deno", "task", "train", "--out", "my runs/it's", "--seed=3"]),
    `deno task train --out 'my runs/it'\\''s' --seed=3`,
  );
});
