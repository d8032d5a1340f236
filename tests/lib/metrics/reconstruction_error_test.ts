import { assert, assertAlmostEquals } from "@std/assert";
import { reconstructionErrors } from "../../../lib/metrics/reconstruction_error.ts";

Deno.test("reconstructionErrors() is the mean cross-entropy of each image", () => {
  const images = Float32Array.of(1, 0, 0.5, 0.25);
  const made = Float32Array.of(0.8, 0.1, 0.5, 0.75);
  const [first, second] = reconstructionErrors(images, made, 2);
  assertAlmostEquals(first, -(Math.log(0.8) + Math.log(0.9)) / 2, 1e-6);
  const last = 0.25 * Math.log(0.75) + 0.75 * Math.log(0.25);
  assertAlmostEquals(second, (Math.LN2 - last) / 2, 1e-6);
});

Deno.test("reconstructionErrors() is finite where a reconstruction is black or white", () => {
  const [right, wrong] = reconstructionErrors(Float32Array.of(1, 1), Float32Array.of(1, 0), 2);
  assert(right < 2e-6 && wrong > 13 && Number.isFinite(wrong));
});
