import { assert, assertEquals } from "@std/assert";
import { compare } from "./compare.ts";
import expected from "./expected_failures.json" with { type: "json" };
import { runSuite, type SpecResult } from "./run.ts";

const spec = (name: string, status: SpecResult["status"]): SpecResult => ({
  name,
  status,
  message: "",
});

Deno.test("compare() finds failures that are not listed, and listed specs that do not fail", () => {
  const { total, passed, listed, unlisted, outdated } = compare(
    [spec("a", "passed"), spec("b", "failed"), spec("c", "failed"), spec("d", "pending")],
    { reason: ["a", "b", "gone"] },
  );
  assertEquals([total, passed, listed], [3, 1, { reason: 1 }]);
  assertEquals(unlisted.map(({ name }) => name), ["c"]);
  assertEquals(outdated, ["a", "gone"]);
});

Deno.test({
  name: "TensorFlow.js's own specs pass on the onnx backend, but for those that are listed",
  // Specs leave timers and workers behind.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { passed, unlisted, outdated } = compare(await runSuite("onnx"), expected);
    assertEquals(unlisted.map(({ name, message }) => `${name}: ${message}`), []);
    assertEquals(outdated, []);
    assert(passed > 3000, `only ${passed} pass`);
  },
});
