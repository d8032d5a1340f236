import { assertEquals } from "@std/assert";
import { isSame, readersOf, recordAgain } from "../../../../train/record/passes/rebuild.ts";
import { op, type Result, type Source } from "../../../../train/record/recording/operation.ts";
import { recorded, shapeOf } from "../../../../train/record/recording/recorded.ts";

const x: Source = { kind: "input", name: "x" };

Deno.test("recordAgain() keeps an operation whose operands are its own, and else the shape of its result", () => {
  const { operation } = recorded(op.Add(x, x), [3]).source as Result;
  assertEquals(recordAgain(operation, [x, x]), [{ kind: "result", operation, index: 0 }]);
  const [other] = recordAgain(operation, [x, op.Neg(x)]) as Result[];
  assertEquals([other.operation.opType, shapeOf(other)], ["Add", [3]]);
  const [leaky] = recordAgain(operation, [x, x], { alpha: 1 }) as Result[];
  assertEquals(leaky.operation.attributes, { alpha: 1 });
});

Deno.test("readersOf() lists every reader, an output of the recording as undefined", () => {
  const a = op.Neg(x) as Result;
  const b = op.Mul(a, a) as Result;
  const outputs = { a: recorded(a, []), b: recorded(b, []) };
  const readers = readersOf({ inputs: { x: recorded(x, []) }, outputs });
  assertEquals(readers.get(a.operation), [undefined, b.operation, b.operation]);
  assertEquals(readers.get(b.operation), [undefined]);
  assertEquals([isSame(a, { ...a }), isSame(a, b), isSame(x, x)], [true, false, true]);
});
