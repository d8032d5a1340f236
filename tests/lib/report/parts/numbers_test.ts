import { assertEquals } from "@std/assert";
import {
  count,
  listNames,
  percent,
  shortPercent,
  words,
} from "../../../../lib/report/parts/numbers.ts";

Deno.test("numbers and names are written as people write them", () => {
  assertEquals([count(1234567), percent(0.98765), shortPercent(0.01)], [
    "1,234,567",
    "98.77 %",
    "1 %",
  ]);
  assertEquals([0, 1, 0.1, 0.4444, 0.00004].map(shortPercent), [
    "0 %",
    "100 %",
    "10 %",
    "44.44 %",
    "0.004 %",
  ]);
  assertEquals([words("codesUsed"), words("kl_loss")], ["codes used", "kl loss"]);
  assertEquals([listNames(["a"]), listNames(["a", "b", "c"])], ["a", "a, b and c"]);
  assertEquals(listNames(new Array(13).fill("a")), "13 classes");
});
