import { assertEquals } from "@std/assert";
import { nearest } from "../../../lib/command/suggestion.ts";

Deno.test("nearest() finds the word that was meant, or none", () => {
  const words = ["epochs", "batch-size", "out", "learning-rate"];
  assertEquals(nearest("epoch", words), "epochs");
  assertEquals(nearest("batchSize", words), "batch-size");
  assertEquals(nearest("lerning-rat", words), "learning-rate");
  assertEquals(nearest("OUT", words), "out");
  assertEquals(nearest("q", words), undefined);
  assertEquals(nearest("decoder", words), undefined);
  assertEquals(nearest("epoch", []), undefined);
});
