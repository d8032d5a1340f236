import { assertEquals, assertThrows } from "@std/assert";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../lib/input_error.ts";
import { modelInputs } from "../../../train/export/model_inputs.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("modelInputs() makes the input of an embedding int32, in the range of its rows", () => {
  const words = tfl.input({ shape: [4], name: "words" });
  const other = tfl.input({ shape: [3], name: "other" });
  const embedded = tfl.layers.embedding({ inputDim: 9, outputDim: 2 }).apply(words);
  const flat = tfl.layers.flatten().apply(embedded) as tfl.SymbolicTensor;
  const outputs = tfl.layers.concatenate().apply([flat, other]) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: [words, other], outputs });
  assertEquals(modelInputs(model, {}), [
    ["words", { shape: [null, 4], dtype: "int32", range: [0, 9] }],
    ["other", { shape: [null, 3], dtype: "float32" }],
  ]);
  const overrides = { other: { shape: [1, 3], range: [2, 3] as const } };
  assertEquals(modelInputs(model, overrides)[1], ["other", {
    shape: [1, 3],
    dtype: "float32",
    range: [2, 3],
  }]);
  assertThrows(
    () => modelInputs(model, { none: { shape: [1] } }),
    InputError,
    'it has no input "none", its inputs are words, other',
  );
  model.dispose();
});
