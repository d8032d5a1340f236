import { assertEquals } from "@std/assert";
import { argMaxRows } from "../../../lib/array/stats.ts";
import { refit } from "../../../lib/labelling/refit.ts";
import { toySpace } from "./toy_space.ts";

Deno.test("refit() gives each cluster the class of its label", async () => {
  const { graph, classes, space } = await toySpace();
  const rows = Array.from(space.middles);
  const { data, shape } = refit(graph, { rows, classes: rows.map((row) => classes[row]) }, {
    classes: 3,
  });
  assertEquals(shape, [121, 3]);
  const predicted = argMaxRows(data, 3).subarray(0, 120);
  assertEquals([...predicted], classes.slice(0, 120));
  for (let i = 0; i < 121; i++) {
    assertEquals(Math.abs(data[3 * i] + data[3 * i + 1] + data[3 * i + 2] - 1) < 1e-5, true);
  }
});

Deno.test("refit() says nothing of images that no label reaches", async () => {
  const { graph } = await toySpace();
  assertEquals([...refit(graph, { rows: [], classes: [] }, { classes: 2 }).data.subarray(0, 2)], [
    0.5,
    0.5,
  ]);
});
