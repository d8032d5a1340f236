import { assert, assertEquals } from "@std/assert";
import { classRegions } from "../../../../lib/report/parts/class_regions.ts";
import { tinyMixture } from "../../../tiny_run.ts";

Deno.test("classRegions() tints each place by its class, and none for outliers", () => {
  const { width, height, classes, opacity } = classRegions(tinyMixture(), {
    domain: { x: [-4, 4], y: [-4, 4] },
    threshold: -6,
    side: 8,
  });
  assertEquals([width, height], [8, 8]);
  const at = (row: number, column: number) => row * 8 + column;
  // The means are (1.6, -1.6), (-1.6, 1.6) and (-1.6, -1.6); rows go down.
  assertEquals([classes[at(5, 5)], classes[at(2, 2)], classes[at(5, 2)]], [0, 1, 2]);
  for (const place of [at(5, 5), at(2, 2), at(5, 2)]) assert(opacity[place] > 0.2);
  assertEquals([opacity[at(0, 7)], opacity[at(2, 5)]], [0, 0]);
});
