import { assertEquals } from "@std/assert";
import { parallelCoordinates } from "../../../lib/plot/parallel_coordinates.ts";
import { renderSvg } from "../../../lib/plot/render.ts";

Deno.test("parallelCoordinates() shows each axis with its labels, whatever the number of lines", async () => {
  const axes = [
    { name: "rate", ticks: [{ at: 0, label: "0.01" }, { at: 1, label: "0.1" }] },
    { name: "size", ticks: [{ at: 0.5, label: "seven" }] },
  ];
  for (const count of [1, 3]) {
    const lines = Array.from({ length: count }, (_, i) => ({ positions: [i / 3, 0.5], value: i }));
    const svg = await renderSvg(parallelCoordinates(axes, lines, { title: "loss" }));
    assertEquals(svg.includes("rgb(0, 114, 178)") || svg.includes("#0072b2"), true);
    for (const text of ["rate", "0.01", "0.1", "size", "seven", "loss"]) {
      assertEquals(svg.includes(`>${text}</text>`), true, text);
    }
  }
});
