import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import {
  fitHogComponents,
  hogFeatures,
  mayMirror,
  mirrorRatio,
} from "../../../lib/features/hog_features.ts";

/** Images with one bright bar, on the left half or on either side. */
function bars(count: number, { bothSides }: { bothSides: boolean }) {
  const random = new Random(4);
  const pixels = new Float32Array(count * 144);
  for (let i = 0; i < count; i++) {
    const onRight = bothSides && random.uniform() < 0.5;
    const [column, height] = [random.integer(4), 4 + random.integer(8)];
    for (let y = 0; y < height; y++) {
      for (let dx = 0; dx < 2; dx++) {
        const x = onRight ? 11 - column - dx : column + dx;
        pixels[i * 144 + y * 12 + x] = 0.5 + random.uniform() / 2 - dx / 3;
      }
    }
  }
  return ndarray("float32", [count, 12, 12, 1], pixels);
}

Deno.test("hogFeatures() projects histograms, the same alone and among others", async () => {
  const images = bars(60, { bothSides: true });
  const components = await fitHogComponents(images);
  const { data, shape } = await hogFeatures(images, components);
  assertEquals(shape, [60, 50]);
  const one = ndarray("float32", [1, 12, 12, 1], images.data.slice(0, 144));
  const alone = await hogFeatures(one, components);
  alone.data.forEach((value, i) => assert(Math.abs(value - data[i]) < 1e-5));
});

Deno.test("mirrorRatio() is high where mirrored images look unlike the set", async () => {
  const one = bars(600, { bothSides: false });
  assert(await mirrorRatio(one) > 1.5);
  assertEquals(await mayMirror(one), false);
  assertEquals(await mayMirror(bars(600, { bothSides: true })), true);
  assertEquals(await mayMirror(bars(100, { bothSides: true })), false, "too few to tell");
});
