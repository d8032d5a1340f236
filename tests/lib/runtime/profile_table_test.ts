import { assert, assertEquals, assertMatch } from "@std/assert";
import type { NodeProfile } from "../../../lib/runtime/profile.ts";
import { formatProfile } from "../../../lib/runtime/profile_table.ts";

Deno.test("formatProfile() orders by time, and names what fell back to the CPU", () => {
  const node = (name: string, provider: string, milliseconds: number): NodeProfile => ({
    name,
    operator: name.replace(/_\d+$/, ""),
    provider: `${provider}ExecutionProvider`,
    runs: 2,
    milliseconds,
  });
  const nodes = [node("Shape_1", "CPU", 1), node("Gemm_2", "CUDA", 2), node("Gemm_3", "CUDA", 5)];
  const lines = formatProfile({ nodes, isCut: false });
  assertEquals(lines.slice(0, 7), [
    "provider               nodes  runs     ms  share",
    "CUDAExecutionProvider      2     4  7.000  87.5%",
    "CPUExecutionProvider       1     2  1.000  12.5%",
    "",
    "operator     nodes  runs     ms  share",
    "Gemm (CUDA)      2     4  7.000  87.5%",
    "Shape (CPU)      1     2  1.000  12.5%",
  ]);
  assertEquals(lines[8], "the CPU ran Shape_1 (Shape)");
  const many = Array.from({ length: 20 }, (_, i) => node(`Shape_${i}`, "CPU", 1));
  const named = formatProfile({ nodes: [...nodes, ...many], isCut: true });
  assert(named.some((line) => line.endsWith("Shape_10 (Shape), and 9 more")));
  assertMatch(named.at(-1)!, /a million events/);
});
