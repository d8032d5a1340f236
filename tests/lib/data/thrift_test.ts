import { assertEquals, assertThrows } from "@std/assert";
import { readThrift } from "../../../lib/data/thrift.ts";

// Field 1: 3; field 2: -4; field 5: a struct with field 1: 200; field 6: a list of two bytes.
const BYTES = Uint8Array.of(
  ...[0x15, 6, 0x15, 7, 0x3c, 0x15, 0x90, 3, 0, 0x19, 0x23, 1, 2, 0, 99],
);

Deno.test("readThrift() reads numbers and structs, passes over the rest, and says where it ends", () => {
  const { struct, end } = readThrift(BYTES);
  assertEquals([...struct.keys()], [1, 2, 5, 6]);
  assertEquals([struct.get(1), struct.get(2), end], [3, -4, BYTES.length - 1]);
  assertEquals(struct.get(5), new Map([[1, 200]]));
  assertEquals(readThrift(Uint8Array.of(7, 7, ...BYTES), 2).end, BYTES.length + 1);
});

Deno.test("readThrift() ends with an error where bytes say more than there is", () => {
  const cases: [number[], string][] = [
    [[...BYTES.subarray(0, 6)], "it ends too early"],
    [[0x18, 50, 1], "it ends too early"],
    [[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0], "is longer than the bytes"],
    [[0x15, ...Array(11).fill(255)], "a number has more than ten bytes"],
    [[0x1d, 0], "there is no type 13"],
    [Array(40).fill(0x1c), "structs are too deep"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => readThrift(Uint8Array.from(bytes)), RangeError, message);
  }
});
