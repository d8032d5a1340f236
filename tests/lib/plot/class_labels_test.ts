import { assertEquals } from "@std/assert";
import { classLabels } from "../../../lib/plot/class_labels.ts";
import { classNames, HARD_NAMES } from "./plot_data.ts";

Deno.test("classLabels() is an expression that gives each name by its index", () => {
  const expression = classLabels(classNames(12));
  const nameOf = new Function("datum", "slice", `return ${expression}`);
  const slice = (text: string, start: number) => text.slice(start);
  const names = Array.from({ length: 12 }, (_, value) => nameOf({ value }, slice));
  const plain = HARD_NAMES.slice(0, 7);
  assertEquals(names.slice(0, 7), plain);
  assertEquals(names.slice(7), [
    "line break  ",
    "\ufffd half",
    "datum.value datum.label",
    "class 10",
    "class 11",
  ]);
});
