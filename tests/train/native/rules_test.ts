import { assertEquals } from "@std/assert";
import { FLAGS } from "../../../train/native/compiler.ts";
import { C_RULES } from "../../../train/native/rules/mod.ts";
import { RULES } from "../../../train/record/kernels/rules.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { checkCases } from "./lowered_cases.ts";

await useBackend("cpu");

/** Kernels that no step of a system records; the engine `onnx` takes a step that has one. */
const WITHOUT_RULE = (
  "Bincount BroadcastArgs CropAndResize DenseBincount Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput GatherNd LRN LRNGrad MaxPoolWithArgmax MirrorPad Multinomial NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor ResizeNearestNeighborGrad RotateWithOffset ScatterNd SearchSorted SparseToDense TensorScatterUpdate TopK Transform Unique"
).split(" ");

Deno.test("every kernel has a C rule, or is in the list of those without", () => {
  const missing = [...RULES.keys()].filter((kernel) => !Object.hasOwn(C_RULES, kernel));
  assertEquals(missing.sort(), [...WITHOUT_RULE].sort());
});

// Quickly compiled: tests/native compiles them as training does.
Deno.test("compiled kernels give what TensorFlow.js gives", (t) =>
  checkCases(t, [...FLAGS, "-O1"]));
