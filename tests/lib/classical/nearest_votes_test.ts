import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { nearestVotes } from "../../../lib/classical/nearest_votes.ts";

Deno.test("nearestVotes() gives the shares of the classes among the nearest points", async () => {
  const points = ndarray("float32", [5, 1], Float32Array.of(0, 1, 2, 10, 11));
  const queries = ndarray("float32", [2, 1], Float32Array.of(0.9, 10.4));
  const options = { labels: [0, 0, 1, 2, 2], classes: 3 };
  const votes = await nearestVotes(queries, points, { ...options, k: 3 });
  assertEquals([...votes.data].map((share) => Math.round(3 * share)), [2, 1, 0, 0, 1, 2]);
  const all = await nearestVotes(queries, points, { ...options, k: 9 });
  assertEquals([...all.data].map((share) => Math.round(5 * share)), [2, 1, 2, 2, 1, 2]);
});
