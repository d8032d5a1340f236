import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { differences, greatestDifferences } from "../../../lib/onnx/mod.ts";

const array = (...values: number[]) => ({
  y: ndarray("float32", [values.length], Float32Array.from(values)),
});

function difference(actual: number, expected: number): [number, number] {
  const [{ absoluteDifference, relativeDifference }] = differences(array(actual), array(expected));
  return [absoluteDifference, relativeDifference];
}

Deno.test("differences() is relative to the greatest expected element, or to 1e-3", () => {
  assertEquals(difference(0.5, 0.25), [0.25, 1]);
  assertEquals(difference(12, 8), [4, 0.5]);
  assertEquals(difference(1, 0), [1, 1000]);
  const [{ relativeDifference }] = differences(array(9, 1.5), array(8, 1));
  assertEquals(relativeDifference, 1 / 8);
});

Deno.test("differences() counts a NaN, and no equal infinities", () => {
  assertEquals(difference(NaN, 1), [NaN, NaN]);
  assertEquals(difference(1, NaN), [NaN, NaN]);
  assertEquals(difference(-Infinity, -Infinity), [0, 0]);
  assertEquals(difference(-Infinity, Infinity)[0], Infinity);
});

Deno.test("differences() throws if an array is missing or has another shape", () => {
  assertThrows(() => differences({}, array(1)), RangeError, "[missing], expected [1]");
  assertThrows(() => differences(array(1, 2), array(1)), RangeError, "[2], expected [1]");
});

Deno.test("greatestDifferences() keeps the greatest of each output, and NaN above all", () => {
  const of = (name: string, absoluteDifference: number) => ({
    name,
    absoluteDifference,
    relativeDifference: absoluteDifference / 2,
  });
  const found = [of("y", 2), of("z", NaN), of("y", 4), of("z", 1), of("y", 3)];
  assertEquals(greatestDifferences(found), [of("y", 4), of("z", NaN)]);
});
