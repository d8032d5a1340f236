import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { optionDefaults } from "../../../lib/command/flags.ts";
import type { LoadedImages } from "../../../lib/data/mod.ts";
import { InputError } from "../../../lib/input_error.ts";
import { dataOptions, needOptions } from "../../../train/data/options.ts";
import { prepareLabelled } from "../../../train/data/prepare_labelled.ts";

/** Images of one pixel that tells their row. */
function loaded(labels: readonly number[] | undefined): LoadedImages {
  const count = labels?.length ?? 4;
  const images = ndarray(
    "uint8",
    [count, 1, 1, 1],
    Uint8Array.from({ length: count }, (_, i) => i),
  );
  return { images, white: 255, warnings: [], ...labels && { labels: Int32Array.from(labels) } };
}

const values = { ...optionDefaults(dataOptions), ...optionDefaults(needOptions.labels), seed: 0 };
const LABELS = Array.from({ length: 100 }, (_, i) => i < 80 ? 3 : 5);

Deno.test("prepareLabelled() holds out a fifth of each class, less where there are test images", () => {
  const train = loaded(LABELS);
  const parts = prepareLabelled({ train, white: 255, warnings: [] }, values);
  const sizeOf = (labels: Int32Array, label: number) => labels.filter((l) => l === label).length;
  assertEquals([3, 5].map((label) => sizeOf(parts.validation!.labels, label)), [16, 4]);
  assertEquals([3, 5].map((label) => sizeOf(parts.train.labels, label)), [64, 16]);
  const rows = [...parts.train.images.data, ...parts.validation!.images.data];
  assertEquals(rows.sort((a, b) => a - b), LABELS.map((_, i) => i));
  const tested = prepareLabelled({ train, test: train, white: 255, warnings: [] }, values);
  assertEquals(tested.validation!.labels.length, 5);
  const none = prepareLabelled({ train, white: 255, warnings: [] }, {
    ...values,
    validationSplit: 0,
  });
  assertEquals(none.validation, undefined);
});

Deno.test("prepareLabelled() keeps the weight of each training image", () => {
  const weights = Float32Array.from(LABELS, (_, i) => i);
  const { train } = prepareLabelled(
    { train: loaded(LABELS), white: 255, warnings: [] },
    { ...values, weights },
  );
  assertEquals([...train.weights!], [...train.images.data]);
});

Deno.test("prepareLabelled() names a class with one image, and images without labels", () => {
  const parts = { white: 255, warnings: [], classNames: ["cat", "dog"] };
  assertThrows(
    () => prepareLabelled({ ...parts, train: loaded([0, 0, 0, 1]) }, values),
    InputError,
    "class dog: it has one image",
  );
  assertThrows(
    () => prepareLabelled({ ...parts, train: loaded(undefined) }, values),
    InputError,
    "it has no labels, a label for each image is needed",
  );
});
