import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { labelIndices } from "../../../train/systems/label_indices.ts";

Deno.test("labelIndices() gives the place of each label among the classes", () => {
  const { data, shape } = labelIndices(Int32Array.of(8, 1, 8, 4), [1, 4, 8]);
  assertEquals([[...data], shape], [[2, 0, 2, 1], [4]]);
});

Deno.test("labelIndices() throws for a label that is no class", () => {
  assertThrows(
    () => labelIndices(Int32Array.of(1, 9), [1, 4]),
    InputError,
    "label 9 is in no training image",
  );
});
