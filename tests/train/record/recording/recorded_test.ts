import { assertEquals } from "@std/assert";
import { op, recordOperation, type Result } from "../../../../train/record/recording/operation.ts";
import { recorded, shapeOf } from "../../../../train/record/recording/recorded.ts";

Deno.test("shapeOf() gives the shape that a rule has said, of each result its own", () => {
  const [first, second] = recordOperation("Split", [op.Abs(1), [1, 2]], {}, 2) as Result[];
  assertEquals(shapeOf(first), undefined);
  assertEquals(recorded(second, [2], "int32"), { source: second, shape: [2], dtype: "int32" });
  assertEquals([shapeOf(first), shapeOf(second)], [undefined, [2]]);
});
