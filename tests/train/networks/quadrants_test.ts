import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { quadrants } from "../../../train/networks/quadrants.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

for (
  const [count, given] of [
    [1, ["....", "....", "....", "##..", "##..", "##.."]],
    [2, ["##..", "##..", "##..", "##..", "##..", "##.."]],
    [3, ["####", "####", "####", "##..", "##..", "##.."]],
  ] as const
) {
  Deno.test(`quadrants() cuts ${count} of 4 out, and the rest`, async () => {
    await useBackend("cpu");
    // 6x4 and 7x5: of odd sides the larger half is below and on the right.
    for (const [height, width] of [[6, 4], [7, 5]] as const) {
      const shape = [2, height, width, 3];
      const { given: keep, rest, givenSize } = quadrants([height, width, 3], count);
      const images = tf.reshape(tf.range(1, 2 * height * width * 3 + 1), shape);
      const parts = [keep(images), rest(images)].map((part) => [...part.dataSync()]);
      const isGiven = (i: number) => {
        const row = Math.floor(i / (3 * width)) % height, column = Math.floor(i / 3) % width;
        const below = row >= height >> 1, right = column >= width >> 1;
        return given[below ? 5 : 0][right ? 3 : 0] === "#";
      };
      images.dataSync<"float32">().forEach((value, i) => {
        assertEquals([parts[0][i], parts[1][i]], isGiven(i) ? [value, 0] : [0, value]);
      });
      assertEquals(givenSize, parts[0].filter((value) => value > 0).length / 2);
    }
  });
}
