import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  centrePicture,
  invertPicture,
  isOnPaper,
  type Picture,
  stretchPicture,
} from "../../../../infer/explore/page/fit_picture.ts";
import { openImages } from "../../../../lib/data/open_images.ts";

/** A picture of one channel with a light rectangle, its borders in pixels. */
function rectangle(
  [height, width]: readonly [number, number],
  [top, left, bottom, right]: readonly [number, number, number, number],
): Picture {
  const values = Float32Array.from({ length: height * width }, (_, i) => {
    const y = Math.floor(i / width), x = i % width;
    return y >= top && y < bottom && x >= left && x < right ? 1 : 0;
  });
  return { values, height, width, channels: 1 };
}

const total = ({ values }: Picture) => values.reduce((sum, value) => sum + value, 0);

const MNIST = { height: 28, width: 28 };

Deno.test("stretchPicture() leaves a picture of the size alone, and keeps the mean of others", () => {
  const picture = rectangle([20, 30], [3, 4, 11, 17]);
  assertEquals(stretchPicture(picture, { height: 20, width: 30 }), picture);
  const smaller = stretchPicture(picture, { height: 7, width: 8 });
  assertAlmostEquals(total(smaller) / 56, total(picture) / 600, 1e-6);
  const larger = stretchPicture(picture, { height: 41, width: 50 });
  assertAlmostEquals(total(larger) / 2050, total(picture) / 600, 1e-6);
});

Deno.test("stretchPicture() averages what each pixel covers, channel by channel", () => {
  const values = Float32Array.of(1, 0, 0, 0.5, 0.5, 1, 0, 1);
  const { values: mean } = stretchPicture({ values, height: 2, width: 2, channels: 2 }, {
    height: 1,
    width: 1,
  });
  assertEquals([...mean], [0.375, 0.625]);
});

Deno.test("centrePicture() gives the longer side 20 of 28 pixels, in the middle", () => {
  // Twice as high as wide, in a corner of a large sheet.
  const centred = centrePicture(rectangle([280, 280], [10, 5, 110, 55]), MNIST)!;
  // MNIST's middle is 14.5: the box reaches from 4.5 to 24.5 and from 9.5 to 19.5.
  const covered = (pixel: number, from: number, to: number) =>
    Math.max(0, Math.min(pixel + 1, to) - Math.max(pixel, from));
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      const share = covered(y, 4.5, 24.5) * covered(x, 9.5, 19.5);
      assertAlmostEquals(centred.values[y * 28 + x], share, 1e-5);
    }
  }
});

Deno.test("centrePicture() puts the centre of mass in the middle, not the centre of the box", () => {
  // An L: heavy below and on the left.
  const picture = rectangle([100, 100], [10, 20, 90, 40]);
  for (let y = 70; y < 90; y++) picture.values.fill(1, y * 100 + 40, y * 100 + 80);
  const { values } = centrePicture(picture, MNIST)!;
  const mass = values.reduce((sum, value) => sum + value, 0);
  const x = values.reduce((sum, value, i) => sum + value * (i % 28 + 0.5), 0) / mass;
  const y = values.reduce((sum, value, i) => sum + value * (Math.floor(i / 28) + 0.5), 0) / mass;
  assertAlmostEquals(x, 14.5, 1e-3);
  assertAlmostEquals(y, 14.5, 1e-3);
});

Deno.test("centrePicture() finds no ink on an empty sheet", () => {
  assertEquals(centrePicture(rectangle([50, 50], [0, 0, 0, 0]), MNIST), undefined);
});

Deno.test("centrePicture() moves MNIST's own digits by less than a pixel", async () => {
  const source = await openImages("mnist", { labels: false });
  for await (const { data } of source.chunks(200)) {
    let moved = 0;
    for (let i = 0; i < 200; i++) {
      const values = Float32Array.from(data.subarray(i * 784, (i + 1) * 784), (v) => v / 255);
      const again = centrePicture({ values, channels: 1, ...MNIST }, MNIST)!.values;
      const norm = Math.hypot(...values);
      moved += Math.hypot(...values.map((value, j) => value - again[j])) / norm / 200;
    }
    // Its makers moved whole pixels; a digit that is moved by one changes by 0.59.
    assert(moved < 0.4, `they change by ${moved}`);
    break;
  }
});

Deno.test("isOnPaper() tells light ground from dark, and invertPicture() changes it", () => {
  const ink = rectangle([20, 20], [5, 5, 15, 15]);
  assertEquals([isOnPaper(ink), isOnPaper(invertPicture(ink))], [false, true]);
});
