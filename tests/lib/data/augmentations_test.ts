import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import {
  augment,
  type Augmentation,
  COLOUR,
  GENTLE,
  HANDWRITING,
} from "../../../lib/data/augmentations.ts";
import { mirror } from "../../../lib/data/pixels.ts";

const random = new Random(1);
const bytes = Uint8Array.from({ length: 3 * 10 * 12 * 2 }, () => random.integer(256));
const images = ndarray("uint8", [3, 10, 12, 2], bytes);
const copies = (augmentation: Augmentation, rows = [0, 1, 2], seed = 0) =>
  augment(images, augmentation, { rows, random: new Random(seed) });

Deno.test("augment() with no amounts copies the rows, bytes and floats alike", () => {
  assertEquals(copies({}), images);
  assertEquals(copies({}, [2]).data, bytes.slice(480));
  const floats = ndarray("float32", images.shape, Float32Array.from(bytes, (v) => v / 255));
  assertEquals(augment(floats, {}, { rows: [0, 1, 2], random }).data, bytes);
});

Deno.test("augment() gives the same copies from the same seed, others from another", () => {
  for (const augmentation of [GENTLE, HANDWRITING, COLOUR]) {
    assertEquals(copies(augmentation), copies(augmentation));
    assertNotEquals(copies(augmentation).data, copies(augmentation, [0, 1, 2], 1).data);
  }
});

Deno.test("augment() mirrors about half of the images, exactly", () => {
  const rows = Array.from({ length: 40 }, () => 0);
  const { data } = copies({ mirror: true }, rows);
  const plain = bytes.slice(0, 240).join(), mirrored = mirror(images).data.slice(0, 240).join();
  const found = rows.map((_, i) => data.slice(i * 240, (i + 1) * 240).join());
  assert(found.every((one) => one === plain || one === mirrored));
  const count = found.filter((one) => one === mirrored).length;
  assert(count > 10 && count < 30, `${count} of 40`);
});

/** Images of one value. */
const flat = (value: number) =>
  ndarray("uint8", [50, 16, 16, 3], new Uint8Array(50 * 768).fill(value));

Deno.test("augment() repeats the edge outside of photos, and zero outside of drawings", () => {
  const rows = Array.from({ length: 50 }, (_, i) => i);
  const amounts = { rotation: 30, scale: 0.3, shift: 0.2, elastic: 0.1, crop: 0.5, shear: 0.3 };
  const photo = augment(flat(90), { ...amounts, outside: "edge" }, { rows, random });
  assert(photo.data.every((value) => value === 90));
  const drawing = augment(flat(90), amounts, { rows, random });
  assert(drawing.data.includes(0) && drawing.data.every((value) => value <= 90));
});

Deno.test("augment() erases a rectangle in the asked share of images", () => {
  const rows = Array.from({ length: 50 }, (_, i) => i);
  const { data } = augment(flat(200), { erase: 0.5 }, { rows, random: new Random(3) });
  const touched = rows.filter((i) => data.subarray(i * 768, (i + 1) * 768).includes(0)).length;
  assert(touched > 12 && touched < 38, `${touched} of 50`);
});

Deno.test("augment() keeps the spread of shifts within its bound", () => {
  const dot = ndarray("uint8", [1, 21, 21, 1], new Uint8Array(441));
  dot.data[220] = 255;
  const rows = new Array<number>(200).fill(0);
  const { data } = augment(dot, { shift: 0.2 }, { rows, random: new Random(5) });
  const centres = rows.map((_, i) => {
    let mass = 0, x = 0;
    for (let j = 0; j < 441; j++) {
      mass += data[i * 441 + j];
      x += data[i * 441 + j] * (j % 21 - 10);
    }
    return x / mass;
  });
  assert(Math.max(...centres.map(Math.abs)) <= 4.2 + 0.05);
  assert(Math.max(...centres) > 3.5 && Math.min(...centres) < -3.5);
  assertAlmostEquals(centres.reduce((a, b) => a + b) / 200, 0, 0.7);
});
