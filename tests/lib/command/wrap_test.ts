import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { wrap } from "../../../lib/command/wrap.ts";

Deno.test("wrap() breaks between words, and keeps a word that is longer whole", () => {
  assertEquals(wrap("one two three", 7), ["one two", "three"]);
  assertEquals(wrap("a incomprehensible b", 4), ["a", "incomprehensible", "b"]);
  assertEquals(wrap("", 4), [""]);
});

Deno.test("wrap() loses no word, and fills each line as far as it goes", () => {
  const random = new Random(0, "words");
  const words = Array.from({ length: 200 }, () => "x".repeat(1 + random.integer(9)));
  for (const width of [9, 20, 61]) {
    const lines = wrap(words.join(" "), width);
    assertEquals(lines.join(" "), words.join(" "));
    lines.forEach((line, i) => {
      assert(line.length <= width);
      const next = lines[i + 1]?.split(" ")[0];
      assert(next === undefined || line.length + 1 + next.length > width);
    });
  }
});
