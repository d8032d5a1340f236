import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { fitSupportVectors } from "../../../lib/classical/support_vectors.ts";

Deno.test("fitSupportVectors() tells a disc from the ring around it, and leaves the globals as they were", async () => {
  const { self, fetch } = globalThis;
  const random = new Random(0);
  const labels = Int32Array.from({ length: 200 }, (_, i) => i % 2 === 0 ? 7 : -1);
  const points = new Float32Array(400);
  labels.forEach((label, i) => {
    const [radius, angle] = [label === 7 ? random.uniform() : 2, 7 * random.uniform()];
    points.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
  });
  const machine = await fitSupportVectors(ndarray("float32", [200, 2], points), labels);
  assertEquals(machine.predict(ndarray("float32", [200, 2], points)), labels);
  machine.free();
  assertEquals([globalThis.self === self, globalThis.fetch === fetch], [true, true]);
});
