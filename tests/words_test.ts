import { assertEquals } from "@std/assert";
import { PRODUCT } from "./modules.ts";

/** Words that have a plainer one in the field: augment, outlier or error, prediction or score, random. */
const AVOIDED = /\b(warp\w*|refus\w*|judg\w*|by lot)\b/i;

Deno.test("names, comments and messages use the words of the field", () => {
  const lines = PRODUCT.flatMap(([path, text]) =>
    text.split("\n").filter((line) => AVOIDED.test(line)).map((line) => `${path}: ${line.trim()}`)
  );
  assertEquals(lines, []);
});

Deno.test("AVOIDED sees words in any form, and no others", () => {
  const words = ["warped", "Refusal", "judgement", "drawn by lot", "adjust", "lottery", "fuse"];
  assertEquals(words.map((word) => AVOIDED.test(word)), [
    ...[true, true, true, true],
    ...[false, false, false],
  ]);
});
