import { assert, assertEquals } from "@std/assert";
import { COLORMAPS, palette } from "../../../lib/plot/colormap.ts";

Deno.test("palette() goes from black to white, lighter with each step", () => {
  for (const name of COLORMAPS) {
    const colours = palette(name);
    assertEquals([...colours.subarray(0, 3), ...colours.subarray(-3)], [0, 0, 0, 255, 255, 255]);
    // Luma of Rec. 601; gnuplot2 keeps it nearly ascending.
    const luma = (i: number) =>
      0.299 * colours[3 * i] + 0.587 * colours[3 * i + 1] + 0.114 * colours[3 * i + 2];
    for (let i = 16; i < 256; i += 16) assert(luma(i) > luma(i - 16), `${name} ${i}`);
  }
  assertEquals([...palette("grey").subarray(3 * 100, 3 * 101)], [100, 100, 100]);
});
