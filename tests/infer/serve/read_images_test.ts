import { assertEquals, assertRejects } from "@std/assert";
import { READERS } from "../../../infer/serve/read_images.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpy } from "../../../lib/data/npy.ts";
import { encodePng } from "../../../lib/plot/png.ts";
import type { Manifest } from "../../../lib/run/manifest.ts";

const manifest = { imageShape: [2, 2, 1], scale: 255 } as unknown as Manifest;
const pixels = Uint8Array.of(0, 10, 200, 255, 1, 1, 0, 0);
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const nested = [[[0, 10], [200, 255]], [[1, 1], [0, 0]]];

Deno.test("arrays and JSON give the same images, dark ones as they are", async () => {
  const npy = encodeNpy(ndarray("uint8", [2, 2, 2], pixels));
  for (
    const [type, body] of [
      ["application/x-npy", npy],
      ["application/octet-stream", npy],
      ["application/json", encode({ images: nested })],
    ] as const
  ) {
    const images = await READERS[type](body, manifest);
    assertEquals([images.dtype, images.shape, images.data], ["uint8", [2, 2, 2, 1], pixels], type);
  }
  const halves = encode({ images: [[[0, 0.5], [1, 0]]], white: 1 });
  const { dtype, data } = await READERS["application/json"](halves, manifest);
  assertEquals([dtype, [...data]], ["float32", [0, 0.5, 1, 0]]);
  const floats = encodeNpy(ndarray("float32", [1, 2, 2], Float32Array.of(0, 0.25, 0.5, 0)));
  assertEquals([...(await READERS["application/x-npy"](floats, manifest)).data], [0, 0.25, 0.5, 0]);
});

Deno.test("files are decoded and resized as folders of files are", async () => {
  const png = encodePng({ height: 4, width: 4, channels: 1, pixels: new Uint8Array(16).fill(7) });
  const { shape, data } = await READERS["image/png"](png, manifest);
  assertEquals([shape, [...data]], [[1, 2, 2, 1], [7, 7, 7, 7]]);
});

Deno.test("what is wrong with a body is said", async () => {
  const cases: [string, Uint8Array, string][] = [
    ["image/png", Uint8Array.of(1, 2), "it is no PNG"],
    ["image/jpeg", new Uint8Array(), "the file is empty"],
    ["application/x-npy", Uint8Array.of(1, 2), "it is no .npy file"],
    [
      "application/x-npy",
      encodeNpy(ndarray("float32", [1, 2, 2], Float32Array.of(0, 9, 0, 0))),
      "largest pixel is 9",
    ],
    ["application/json", encode("{"), 'its "images" are no numbers'],
    ["application/json", new TextEncoder().encode("{"), "it is no JSON"],
    ["application/json", encode({ images: [[1, 2], [3]] }), 'its "images" are no numbers'],
    ["application/json", encode({ images: [[[1, 2], [3]]] }), 'its "images" are no numbers'],
    ["application/json", encode({ images: nested, white: 0 }), 'its "white" is no number above 0'],
    ["application/json", encode({ images: nested, white: 100 }), "its largest pixel is 255"],
  ];
  for (const [type, body, message] of cases) {
    await assertRejects(() => READERS[type](body, manifest), Error, message);
  }
});
