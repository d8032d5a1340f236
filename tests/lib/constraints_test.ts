import { InputError } from "../../lib/input_error.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../lib/array/ndarray.ts";
import {
  checkConstraints,
  isIntegerFrom,
  isNumberAbove,
  isNumberFrom,
  isOneOf,
  isOptional,
} from "../../lib/constraints.ts";

Deno.test("the tests of constraints take their range, and nothing that is no number of it", () => {
  const values = [-1, 0, 0.5, 1, Infinity, NaN, "1", undefined];
  assertEquals(values.filter(isNumberFrom(0)), [0, 0.5, 1]);
  assertEquals(values.filter(isNumberAbove(0)), [0.5, 1]);
  assertEquals(values.filter(isIntegerFrom(0)), [0, 1]);
  assertEquals(values.filter(isOneOf(["1", "2"])), ["1"]);
  assertEquals(values.filter(isOptional(isIntegerFrom(1))), [1, undefined]);
});

Deno.test("checkConstraints() throws for the first option that breaks one, with both values", () => {
  const constraints = [
    ["count", "an integer of 1 or more", isIntegerFrom(1)],
    ["scale", "a number above 0", isNumberAbove(0)],
  ] as const;
  checkConstraints({ count: 1, scale: 0.1 }, constraints, "fit mixture");
  assertThrows(
    () => checkConstraints({ count: 0, scale: 0 }, constraints, "fit mixture"),
    InputError,
    "Cannot fit mixture: count is 0, it must be an integer of 1 or more",
  );
  const array = ndarray("float64", [1, 2], Float64Array.of(3, 4));
  assertThrows(
    () => checkConstraints({ count: array }, [constraints[0]], "fit mixture"),
    InputError,
    "count is [3,4] of shape [1,2]",
  );
});
