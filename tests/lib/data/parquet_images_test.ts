import { assertEquals, assertRejects } from "@std/assert";
import { openBytes } from "../../../lib/data/bytes.ts";
import type { Images } from "../../../lib/data/dataset.ts";
import { openParquetImages } from "../../../lib/data/parquet_images.ts";
import { InputError } from "../../../lib/input_error.ts";
import { encodePng } from "../../../lib/plot/png.ts";
import { encodeParquet, type WrittenColumn } from "../../parquet_file.ts";
import { tinyImages } from "../../tiny_run.ts";

const LABELS = [1, 4, 8, 4, 1];
const PIXELS = tinyImages(LABELS);
const ROWS = LABELS.map((_, i) => PIXELS.slice(16 * i, 16 * (i + 1)));
const PNGS = ROWS.map((pixels) => encodePng({ height: 4, width: 4, channels: 1, pixels }));

const open = async (
  columns: readonly WrittenColumn[],
  options: Parameters<typeof openParquetImages>[1] = {},
) => await openParquetImages(await openBytes(encodeParquet(columns)), options);
const pixelsOf = async (source: { chunks(size: number): AsyncIterable<Images> }) =>
  (await Array.fromAsync(source.chunks(2))).flatMap(({ data }) => [...data]);
const fails = (columns: readonly WrittenColumn[], message: string, options = {}) =>
  assertRejects(() => open(columns, options), InputError, message);

Deno.test("openParquetImages() reads pixels and encoded images to the same bytes", async () => {
  const written: WrittenColumn[] = [
    { name: "image", type: "BYTE_ARRAY", data: ROWS },
    { name: "image", type: "BYTE_ARRAY", data: PNGS },
    { name: "anything", type: "BYTE_ARRAY", data: ROWS },
  ];
  for (const column of written) {
    const source = await open([column]);
    const { count, height, width, channels, white } = source;
    assertEquals([count, height, width, channels, white], [5, 4, 4, 1, 255], column.name);
    assertEquals(await pixelsOf(source), [...PIXELS]);
  }
});

Deno.test("openParquetImages() reads labels: numbers and names", async () => {
  const image: WrittenColumn = { name: "image", type: "BYTE_ARRAY", data: ROWS };
  const numbers = await open([image, { name: "label", type: "INT64", data: LABELS.map(BigInt) }]);
  assertEquals([...numbers.labels!], LABELS);
  const names = ["cat", "dog", "cat", "ant", "dog"];
  const named = await open([image, { name: "class", type: "STRING", data: names }]);
  assertEquals([[...named.labels!], named.classNames], [[1, 2, 1, 0, 2], ["ant", "cat", "dog"]]);
  assertEquals((await open([image])).labels, undefined);
});

Deno.test("openParquetImages() takes pixels in the size that is asked for, and scales floats", async () => {
  const halves = await open([{ name: "image", type: "BYTE_ARRAY", data: ROWS }], {
    size: { height: 2, width: 8 },
    channels: 1,
  });
  assertEquals([halves.height, halves.width], [2, 8]);
  const floats = await open([{
    name: "pixels",
    data: ROWS.map((r) => [...r].map((v) => v / 255)),
  }]);
  assertEquals([floats.white, floats.count], [1, 5]);
  const [{ dtype, data }] = await Array.fromAsync(floats.chunks(9));
  assertEquals([dtype, data[0]], ["float32", Math.fround(PIXELS[0] / 255)]);
});

// Written by pyarrow 26: lists of uint8 by zstd; Hugging Face's structs by gzip.
const LISTS =
  "UEFSMRUEFUAVUkwVEBUAEgAAKLUv/SAgAQEAAAAAAP8AAAAHAAAACQAAAAEAAAACAAAAAwAAAAQAAAAVABUiFTQs" +
  "FRAVEBUGFQYcAAAAKLUv/SARiQAAAgAAAAPuAgAAABADAwOIxvoVBBlMNQAYBnNjaGVtYRUCADUCGAVpbWFnZRUC" +
  "FQZMPAAAADUEGARsaXN0FQIAFQIlAhgHZWxlbWVudCUWTKwTCBIAAAAWBBkcGRwmABwVAhk1AAYQGTgFaW1hZ2UE" +
  "bGlzdAdlbGVtZW50FQwWEBakARbIASZ2JggpLBUEFQAVAgAVABUQFQIAPCkmBAwZRgAAABAAAAAWpAEWBCYIFsgB" +
  "ACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZHBwAAADJAAAAUEFSMQ==";
const STRUCTS =
  "UEFSMRUEFZYBFawBTBUCFQASAAAfiwgAAAAAAAIDc2dgYOgM8HPn5ZLiAjJ5PT1cgoA0EwhzAAmG8LtBP4AUn6eL" +
  "Y0jFnOSEH+cPnONkYJFkFHjVliACUuHp6ueyzimhCQCg+6KLSwAAABUAFRIVOiwVBBUQFQYVBhwAAAAfiwgAAAAA" +
  "AAIDY2JgYGBhYmRhAABQ/djyCQAAABUEFRIVOkwVAhUAEgAAH4sIAAAAAAACA2NlYGAw0CvISwcA6OsLMQkAAAAV" +
  "ABUSFTosFQQVEBUGFQYcAAAAH4sIAAAAAAACA2NiYGBgYWJkYQAAUP3Y8gkAAAAVBBUgFTRMFQQVABIAAB+LCAAA" +
  "AAAAAgNjZoAAVigNAMPxk40QAAAAFQAVEhU6LBUEFRAVBhUGHAAAAB+LCAAAAAAAAgNjYmBgYGFkZGYCAFWlIkEJ" +
  "AAAAFQQZXDUAGAZzY2hlbWEVBAA1AhgFaW1hZ2UVBAAVDCUCGAVieXRlcwAVDCUCGARwYXRoJQBMHAAAABUEJQIY" +
  "BWxhYmVsABYEGRwZPCYAHBUMGTUABhAZKAVpbWFnZQVieXRlcxUEFgQW7gEWrAIm1AEmCCksFQQVABUCABUAFRAV" +
  "AgA8FpwCGQYZNgAABAAAACYAHBUMGTUABhAZKAVpbWFnZQRwYXRoFQQWBBZmFrYBJooDJrQCKSwVBBUAFQIAFQAV" +
  "EBUCADwWFBkGGTYAAAQAAAAmABwVBBk1AAYQGRgFbGFiZWwVBBYEFnQWsAEmugQm6gMpLBUEFQAVAgAVABUQFQIA" +
  "PCkGGSYABAAAABbIAxYEJggWkgUAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRk8HAAAHAAAHAAA" +
  "AEgBAABQQVIx";

Deno.test("openParquetImages() reads what pyarrow wrote", async () => {
  const lists = await openParquetImages(await openBytes(Uint8Array.fromBase64(LISTS)));
  assertEquals([lists.height, lists.width, lists.white], [2, 2, 255]);
  assertEquals(await pixelsOf(lists), [0, 255, 7, 9, 1, 2, 3, 4]);
  const structs = await openParquetImages(await openBytes(Uint8Array.fromBase64(STRUCTS)));
  assertEquals([[...structs.labels!], structs.channels], [[3, 5], 1]);
  assertEquals(await pixelsOf(structs), [0, 255, 7, 9, 0, 255, 7, 9]);
});

Deno.test("openParquetImages() says what is wrong in a sentence", async () => {
  const image = (data: unknown[]): WrittenColumn => ({ name: "image", type: "BYTE_ARRAY", data });
  await fails(
    [{ ...image(ROWS), name: "a" }, { ...image(ROWS), name: "b" }],
    "no column has a common name",
  );
  await fails([image(ROWS)], 'it has no column "x", name one of "image" with --images-key', {
    imagesKey: "x",
  });
  await fails([image(ROWS), { ...image(ROWS), name: "img" }], '"image" and "img" could both be');
  await fails(
    [image([...ROWS.slice(0, 4), ROWS[4].slice(1)])],
    "row 4 (the first is 0) has 15 pixels",
  );
  await fails([image(ROWS.map((row) => row.slice(1)))], "rows of 15 pixels make no square");
  await fails([image([...PNGS.slice(0, 4), PNGS[4].slice(0, 60)])], "row 4 of column");
  const large = encodePng({ height: 2, width: 4, channels: 1, pixels: new Uint8Array(8) });
  await fails([image([PNGS[0], large])], "and row 1 is 2x4 (height x width)");
  await fails([{ name: "image", type: "STRING", data: ["a", "b"] }], "its shape is [2, 0]");
  const labels: WrittenColumn = { name: "label", type: "DOUBLE", data: [0, 1, 0.5, 1, 1] };
  await fails([image(ROWS), labels], "row 2 (the first is 0) has 0.5, a 32-bit integer or a name");
});
