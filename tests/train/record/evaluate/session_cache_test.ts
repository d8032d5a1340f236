import { assert, assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { type Graph, GraphBuilder } from "../../../../lib/onnx/mod.ts";
import { SessionCache } from "../../../../train/record/evaluate/session_cache.ts";

/** y = x + offset */
function graph(offset: number): Graph {
  const builder = new GraphBuilder();
  const x = builder.input("x", "float32", [1]);
  builder.output("y", builder.op.Add(x, offset), "float32", [1]);
  return builder.build();
}

Deno.test("SessionCache keeps the sessions used last, and releases the others", async () => {
  const cache = new SessionCache(2);
  const a = await cache.get("a", () => graph(1));
  const b = await cache.get("b", () => graph(2));
  assert(await cache.get("a", () => graph(1)) === a);
  await cache.get("c", () => graph(3));
  assertEquals(cache.size, 2);
  const x = ndarray("float32", [1], Float32Array.of(1));
  assertEquals([...(await a.run({ x })).y.data], [2]);
  await assertRejects(() => b.run({ x }), Error);
  await cache.clear();
  assertEquals(cache.size, 0);
});

Deno.test("SessionCache.get() forgets a graph that ONNX Runtime rejects", async () => {
  const cache = new SessionCache();
  const builder = new GraphBuilder();
  builder.output("y", builder.op.NoSuchOperator(), "float32", []);
  await assertRejects(() => cache.get("a", () => builder.build()), Error);
  assertEquals(cache.size, 0);
});
