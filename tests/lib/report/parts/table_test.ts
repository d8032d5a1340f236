import { assertEquals, assertMatch } from "@std/assert";
import { minus, table } from "../../../../lib/report/parts/table.ts";

Deno.test("table() escapes cells, and puts numbers to the right with a true minus", () => {
  const { text } = table(
    [{ title: "<name>" }, { title: "value", number: true }],
    [["a & b", "-1"]],
    {
      caption: "what",
      footer: ["total", "-2"],
    },
  );
  assertMatch(text, /<th scope="col">&lt;name&gt;<\/th><th scope="col" class="number">value<\/th>/);
  assertMatch(text, /<tr><th scope="row">a &amp; b<\/th><td class="number">−1<\/td><\/tr>/);
  assertMatch(text, /<tfoot><tr>[^]*−2[^]*<\/tfoot>/);
});

Deno.test("minus() leaves hyphens alone", () => {
  assertEquals(minus("-1 (-2) t-SNE 1e-5"), "−1 (−2) t-SNE 1e-5");
});
