import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { allocate, type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { encodeNpy, openNpy } from "../../../lib/data/npy.ts";
import { openBytes } from "../../../lib/data/bytes.ts";
import { arrayImages, type ImageSource } from "../../../lib/data/image_source.ts";
import type { Scale } from "../../../lib/data/images.ts";

async function open(
  array: NdArray,
  options: { expectedScale?: Scale; size?: { height: number; width: number } } = {},
): Promise<ImageSource> {
  return await arrayImages(await openNpy(await openBytes(encodeNpy(array))), options);
}

function filled(dtype: DType, shape: number[], values: number[]): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const value = values[i % values.length];
    data[i] = data instanceof BigInt64Array ? BigInt(value) : value;
  }
  return ndarray(dtype, shape, data);
}

async function pixelsOf(source: ImageSource): Promise<Uint8Array | Float32Array> {
  for await (const chunk of source.chunks(source.count)) return chunk.data;
  throw new Error("no chunk");
}

Deno.test("arrayImages() finds height, width and channels in the shape", async () => {
  for (
    const [shape, expected] of [
      [[2, 3, 5], [2, 3, 5, 1]],
      [[2, 9], [2, 3, 3, 1]],
      [[1, 784], [1, 28, 28, 1]],
      [[2, 3, 5, 1], [2, 3, 5, 1]],
      [[2, 3, 5, 3], [2, 3, 5, 3]],
      [[2, 1, 6, 5], [2, 6, 5, 1]],
    ]
  ) {
    const { count, height, width, channels } = await open(filled("uint8", shape, [0, 9]));
    assertEquals([count, height, width, channels], expected);
  }
});

Deno.test("arrayImages() throws if a shape makes no images", async () => {
  for (
    const [shape, needed] of [
      [[2, 785], "rows of 785 pixels make no square, [images, height, width] is needed"],
      [[784], "[images, height, width] is needed"],
      [[2, 3, 28, 28], "channels must come last, at most 4 of them"],
      [[2, 2, 2, 2, 2], "[images, height, width] is needed"],
      [[0, 28, 28], "at least one image with at least one pixel is needed"],
      [[2, 0, 28], "at least one image with at least one pixel is needed"],
    ] as const
  ) {
    await assertRejects(
      () => open(filled("uint8", [...shape], [0, 9])),
      InputError,
      `Cannot use "bytes" as images: its shape is [${shape.join(", ")}], ${needed}`,
    );
  }
});

Deno.test("arrayImages() finds the scale and keeps integers of 0 to 255 as bytes", async () => {
  const shape = [1, 2, 2];
  for (const dtype of ["uint8", "int16", "uint16", "int32", "uint32", "int64"] as const) {
    const source = await open(filled(dtype, shape, [0, 2, 128, 255]));
    assertEquals(source.scale, 255);
    assertEquals(await pixelsOf(source), Uint8Array.of(0, 2, 128, 255), dtype);
  }
  for (const dtype of ["float32", "float64"] as const) {
    const whole = await open(filled(dtype, shape, [0, 51, 127.5, 255]));
    assertEquals(whole.scale, 255);
    assertEquals(await pixelsOf(whole), Float32Array.of(0, 51 / 255, 0.5, 1), dtype);
    const unit = await open(filled(dtype, shape, [0, 0.25, 0.5, 1]));
    assertEquals(unit.scale, 1);
    assertEquals(await pixelsOf(unit), Float32Array.of(0, 0.25, 0.5, 1), dtype);
  }
  const bool = await open(filled("bool", shape, [0, 1]));
  assertEquals(bool.scale, 1);
  assertEquals(await pixelsOf(bool), Float32Array.of(0, 1, 0, 1));
});

Deno.test("arrayImages() reads integers of only 0 and 1 by the expected scale", async () => {
  for (const dtype of ["uint8", "int64"] as const) {
    const array = filled(dtype, [1, 2, 2], [0, 1]);
    const alone = await open(array);
    assertEquals([alone.scale, await pixelsOf(alone)], [1, Float32Array.of(0, 1, 0, 1)]);
    const expected = await open(array, { expectedScale: 255 });
    assertEquals([expected.scale, await pixelsOf(expected)], [255, Uint8Array.of(0, 1, 0, 1)]);
  }
  const float = await open(filled("float32", [1, 2, 2], [0, 1]), { expectedScale: 255 });
  assertEquals(float.scale, 1);
});

Deno.test("arrayImages() throws if a pixel is no number, negative or too large, naming the image", async () => {
  // 1,200 images of 1,024 pixels are several blocks of the check: the index counts through all.
  for (
    const [value, shown] of [[NaN, "NaN"], [Infinity, "Infinity"], [-1, "-1"], [
      256,
      "256",
    ]] as const
  ) {
    const array = filled("float32", [1200, 32, 32], [0.5]);
    array.data[1100 * 1024 + 3] = value;
    const error = await assertRejects(() => open(array), InputError);
    assertEquals(
      error.message,
      `Cannot use "bytes" as images: image 1100 (the first is 0) has a pixel of ${shown}, ` +
        "numbers from 0 to 1 or from 0 to 255 are needed",
    );
  }
  await assertRejects(
    () => open(filled("int64", [1, 2, 2], [-3])),
    InputError,
    "has a pixel of -3",
  );
  await assertRejects(() => open(filled("uint16", [1, 2, 2], [999])), InputError, "a pixel of 999");
});

Deno.test("arrayImages() throws if floats end just above 1", async () => {
  const array = filled("float32", [1, 2, 2], [0, 1.5]);
  await assertRejects(
    () => open(array),
    InputError,
    'Cannot use "bytes" as images: its largest pixel is 1.5, numbers from 0 to 1 or from 0 to 255',
  );
  assertEquals((await open(array, { expectedScale: 255 })).scale, 255);
});

Deno.test("arrayImages() throws if the images are not of the wanted size", async () => {
  await assertRejects(
    () => open(filled("uint8", [1, 8, 8], [0, 9]), { size: { height: 28, width: 28 } }),
    InputError,
    'Cannot use "bytes" as images: they are 8x8, 28x28 is needed',
  );
});

Deno.test("chunks() throws if the size is no positive integer", async () => {
  const source = await open(filled("uint8", [1, 2, 2], [9]));
  for (const size of [0, -1, 1.5, NaN]) {
    const error = await source.chunks(size)[Symbol.asyncIterator]().next().catch((error) => error);
    assertInstanceOf(error, RangeError);
  }
});
