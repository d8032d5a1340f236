import { assertEquals } from "@std/assert";
import { suggestion } from "../../../lib/command/suggestion.ts";

Deno.test("suggestion() finds the word that was meant, or none", () => {
  const words = ["epochs", "batch-size", "out", "learning-rate"];
  assertEquals(suggestion("epoch", words), "epochs");
  assertEquals(suggestion("batchSize", words), "batch-size");
  assertEquals(suggestion("lerning-rat", words), "learning-rate");
  assertEquals(suggestion("OUT", words), "out");
  assertEquals(suggestion("q", words), undefined);
  assertEquals(suggestion("decoder", words), undefined);
  assertEquals(suggestion("epoch", []), undefined);
});
