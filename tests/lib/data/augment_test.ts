import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { augmentImages, type Images } from "../../../lib/data/mod.ts";
import { Random } from "../../../lib/array/random.ts";

const STILL = { rotation: 0, scaling: 0, shift: 0 };

function images(pixels: Images["data"], side: number, channels = 1): Images {
  const count = pixels.length / (side * side * channels);
  const shape = [count, side, side, channels];
  return {
    dtype: pixels instanceof Uint8Array ? "uint8" : "float32",
    shape,
    data: pixels,
  } as Images;
}

/** Where the light of an image is on average, from its centre. */
function centroid(pixels: Images["data"], side: number): [number, number] {
  let [x, y, sum] = [0, 0, 0];
  pixels.forEach((value, i) => {
    x += value * (i % side - (side - 1) / 2);
    y += value * (Math.floor(i / side) - (side - 1) / 2);
    sum += value;
  });
  return [x / sum, y / sum];
}

/** A blob right of the centre of a 21x21 image. */
const BLOB = Float32Array.from({ length: 441 }, (_, i) => {
  const [x, y] = [i % 21 - 15, Math.floor(i / 21) - 10];
  return Math.exp(-(x * x + y * y) / 4);
});

Deno.test("augmentImages() without any warp gives the images back, bytes and floats", () => {
  const random = new Random(1);
  const bytes = Uint8Array.from({ length: 3 * 25 }, () => random.integer(256));
  assertEquals(augmentImages(images(bytes, 5), new Random(0), STILL).data, bytes);
  const floats = random.normals(75).map(Math.abs);
  assertEquals(augmentImages(images(floats, 5), new Random(0), STILL).data, floats);
});

Deno.test("augmentImages() draws each image's warp anew, and the same for one seed", () => {
  const two = images(Float32Array.from([...BLOB, ...BLOB]), 21);
  const first = augmentImages(two, new Random(3)).data;
  assertEquals(augmentImages(two, new Random(3)).data, first);
  assert(first.subarray(0, 441).some((value, i) => value !== first[441 + i]));
});

Deno.test("augmentImages() turns within the given angle about the centre", () => {
  const random = new Random(4);
  const angles = Array.from({ length: 200 }, () => {
    const { data } = augmentImages(images(BLOB, 21), random, { ...STILL, rotation: 30 });
    const [x, y] = centroid(data, 21);
    assertAlmostEquals(Math.hypot(x, y), 5, 0.02);
    return Math.atan2(y, x) * 180 / Math.PI;
  });
  assert(Math.max(...angles) <= 30.1 && Math.max(...angles) > 27);
  assert(Math.min(...angles) >= -30.1 && Math.min(...angles) < -27);
});

Deno.test("augmentImages() moves within the given part of the size", () => {
  const random = new Random(5);
  const moves = Array.from({ length: 200 }, () => {
    const { data } = augmentImages(images(BLOB, 21), random, { ...STILL, shift: 2 / 21 });
    return centroid(data, 21)[0] - 5;
  });
  assert(Math.max(...moves) <= 2.01 && Math.max(...moves) > 1.8);
  assert(Math.min(...moves) >= -2.01 && Math.min(...moves) < -1.8);
});

Deno.test("augmentImages() stretches within the given part of the size, each axis on its own", () => {
  const random = new Random(6);
  const places = Array.from({ length: 200 }, () => {
    const { data } = augmentImages(images(BLOB, 21), random, { ...STILL, scaling: 0.2 });
    return centroid(data, 21);
  });
  // A pixel comes from (1 + s) times its place, so what was at 5 comes to lie at 5 / (1 + s).
  const x = places.map(([x]) => x);
  assert(Math.max(...x) <= 5 / 0.8 + 0.05 && Math.max(...x) > 5 / 0.85);
  assert(Math.min(...x) >= 5 / 1.2 - 0.05 && Math.min(...x) < 5 / 1.15);
  for (const [, y] of places) assertAlmostEquals(y, 0, 1e-3);
});

Deno.test("augmentImages() keeps channels apart and brings in black from outside", () => {
  const pixels = new Uint8Array(2 * 9 * 3).map((_, i) => i % 3 === 1 ? 200 : 0);
  const warped = augmentImages(images(pixels, 3, 3), new Random(7), { ...STILL, shift: 0.9 }).data;
  warped.forEach((value, i) => i % 3 === 1 || assertEquals(value, 0));
  assert(Math.min(...warped.filter((_, i) => i % 3 === 1)) < 200);
});
