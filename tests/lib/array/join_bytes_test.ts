import { assertEquals } from "@std/assert";
import { joinBytes } from "../../../lib/array/join_bytes.ts";

Deno.test("joinBytes() keeps the order of the parts, empty ones too", () => {
  const whole = Uint8Array.of(9, 1, 2, 3);
  const parts = [whole.subarray(1, 3), new Uint8Array(), whole.subarray(3)];
  assertEquals(joinBytes(parts), Uint8Array.of(1, 2, 3));
  assertEquals(joinBytes([]), new Uint8Array());
});
