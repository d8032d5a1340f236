import { assertEquals, assertMatch } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { Images } from "../../../lib/data/mod.ts";
import { describeInput } from "../../../train/run/describe_input.ts";

Deno.test("describeInput() gives size, channels and range", () => {
  const images = (channels: number) =>
    ndarray("uint8", [0, 32, 24, channels], new Uint8Array()) as Images;
  const { image_shape, preprocessing } = describeInput(images(3), {});
  assertEquals(image_shape, "32,24,3");
  assertMatch(preprocessing, /^resized to 32x24, .*: red, green, blue; .*from 0 to 255/);
  assertMatch(describeInput(images(1), {}).preprocessing, /grey/);
  assertEquals(describeInput(images(1), { classNames: ["a", "b"] }).class_names, '["a","b"]');
});
