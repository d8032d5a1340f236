import { assertEquals } from "@std/assert";
import { fromFloat16 } from "../../../lib/array/float16.ts";

Deno.test("fromFloat16() reads every half-precision float as Float16Array does", () => {
  const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
  const expected = Float32Array.from(new Float16Array(bits.buffer));
  const wrong = fromFloat16(bits).findIndex((value, i) => !Object.is(value, expected[i]));
  assertEquals(wrong, -1);
});
