import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { allocate, type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { encodeNpy, openNpy } from "../../../lib/data/npy.ts";
import { openBytes } from "../../../lib/data/bytes.ts";
import {
  arrayImages,
  type ImageSource,
  type WhiteOptions,
} from "../../../lib/data/image_source.ts";

async function open(
  array: NdArray,
  options: WhiteOptions = {},
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
      [[2, 5, 28, 28], "at most 4 channels are needed: [images, height, width, channels]"],
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

Deno.test("arrayImages() keeps integers of 0 to 255 as bytes and makes floats of all others", async () => {
  const shape = [1, 2, 2];
  for (const dtype of ["uint8", "int16", "uint16", "int32", "uint32", "int64"] as const) {
    const source = await open(filled(dtype, shape, [0, 2, 128, 255]));
    assertEquals([source.white, source.warnings], [255, []]);
    assertEquals(await pixelsOf(source), Uint8Array.of(0, 2, 128, 255), dtype);
    const few = await open(filled(dtype, shape, [0, 4, 8, 16]));
    assertEquals(await pixelsOf(few), Float32Array.of(0, 0.25, 0.5, 1), dtype);
  }
  for (const dtype of ["float32", "float64"] as const) {
    const whole = await open(filled(dtype, shape, [0, 51, 127.5, 255]));
    assertEquals(await pixelsOf(whole), Float32Array.of(0, 51 / 255, 0.5, 1), dtype);
    const unit = await open(filled(dtype, shape, [0, 0.25, 0.5, 1]));
    assertEquals(await pixelsOf(unit), Float32Array.of(0, 0.25, 0.5, 1), dtype);
  }
});

Deno.test("arrayImages() cuts off what rounding and resampling leave outside of black and white", async () => {
  const source = await open(filled("float32", [1, 2, 2], [-1e-6, 0.5, 1, 1.000001]));
  assertEquals([source.white, source.warnings], [1, []]);
  assertEquals(await pixelsOf(source), Float32Array.of(0, 0.5, 1, 1));
});

Deno.test("arrayImages() takes every byte of booleans but 0 for true, as NumPy does", async () => {
  const source = await open(filled("bool", [1, 2, 2], [0, 1, 2, 255]));
  assertEquals([source.white, await pixelsOf(source)], [1, Float32Array.of(0, 1, 1, 1)]);
});

Deno.test("arrayImages() reads channels that come first", async () => {
  const shape = [2, 3, 5, 6];
  const array = filled("uint8", shape, Array.from({ length: 180 }, (_, i) => i));
  const source = await open(array);
  assertEquals([source.height, source.width, source.channels], [5, 6, 3]);
  // What it gives has no longer the shape of the array.
  assertEquals(source.arrayShape, undefined);
  const pixels = await pixelsOf(source);
  for (let image = 0; image < 2; image++) {
    for (let pixel = 0; pixel < 30; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        assertEquals(
          pixels[(image * 30 + pixel) * 3 + channel],
          (image * 3 + channel) * 30 + pixel,
        );
      }
    }
  }
});

Deno.test("arrayImages() throws if a pixel is no number or negative, naming the image", async () => {
  // 1,200 images of 1,024 pixels are several blocks of the check: the index counts through all.
  for (const [value, shown] of [[NaN, "NaN"], [Infinity, "Infinity"], [-1, "-1"]] as const) {
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
    () => open(filled("int64", [1, 2, 2], [-1, 255])),
    InputError,
    "has a pixel of -1",
  );
});

Deno.test("chunks() throws if the size is no positive integer", async () => {
  const source = await open(filled("uint8", [1, 2, 2], [9]));
  for (const size of [0, -1, 1.5, NaN]) {
    const error = await source.chunks(size)[Symbol.asyncIterator]().next().catch((error) => error);
    assertInstanceOf(error, RangeError);
  }
});
