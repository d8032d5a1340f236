import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../../../../train/record/mod.ts";
import { innerOf, recordIf, recordLoop } from "../../../../train/record/recording/control_flow.ts";
import type { Result } from "../../../../train/record/recording/operation.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";

await useBackend("cpu");

const twice = record(({ in_0 }) => ({ out_0: tf.mul(in_0, 2) }), { in_0: { shape: [3] } });
const isSmall = record(({ in_0 }) => ({ out_0: tf.less(tf.sum(in_0), 9) }), {
  in_0: { shape: [3] },
});
const { in_0: x } = twice.inputs;

Deno.test("recordLoop() gives values of the shapes that go in, and holds its recordings", () => {
  const inner = { condition: isSmall, body: twice };
  const [y] = recordLoop([x], inner);
  assertEquals([y.shape, y.dtype], [[3], "float32"]);
  const { operation } = y.source as Result;
  assertEquals([operation.opType, innerOf(operation)], ["Loop", inner]);
});

Deno.test("recordIf() gives values of the shapes that its branches give, and holds them", () => {
  const inner = { then: twice, else: isSmall };
  const [y] = recordIf({ ...x, shape: [], dtype: "bool" }, [x], inner);
  assertEquals([y.shape, y.dtype], [[3], "float32"]);
  assertEquals(innerOf((y.source as Result).operation), inner);
});

Deno.test("innerOf() knows operations that hold nothing", () => {
  assertEquals(innerOf((twice.outputs.out_0.source as Result).operation), undefined);
});
