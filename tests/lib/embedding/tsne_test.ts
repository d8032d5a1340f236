import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { tsne } from "../../../lib/embedding/tsne.ts";

/** Three groups of points in six dimensions. */
function groups(count: number) {
  const data = new Random(1).normals(count * 6);
  for (let i = 0; i < count; i++) data[6 * i + i % 3] += 12;
  return ndarray("float32", [count, 6], data);
}

Deno.test("tsne() keeps neighbours together, and gives the same layout by seed", () => {
  const { data } = tsne(groups(150), { perplexity: 15, iterations: 200, seed: 4 });
  let kept = 0;
  for (let i = 0; i < 150; i++) {
    let nearest = -1, least = Infinity;
    for (let j = 0; j < 150; j++) {
      const distance = Math.hypot(data[2 * i] - data[2 * j], data[2 * i + 1] - data[2 * j + 1]);
      if (j !== i && distance < least) [nearest, least] = [j, distance];
    }
    if (nearest % 3 === i % 3) kept++;
  }
  assertEquals(kept, 150);
  assertEquals(data, tsne(groups(150), { perplexity: 15, iterations: 200, seed: 4 }).data);
});

Deno.test("tsne() throws if there are too few points for the perplexity", () => {
  assertThrows(() => tsne(groups(90)), RangeError, "needs more than 90");
});
