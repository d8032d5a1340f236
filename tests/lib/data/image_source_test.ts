import { assertEquals, assertRejects } from "@std/assert";
import { openArray } from "../../../lib/data/array_file.ts";
import { openBytes } from "../../../lib/data/bytes.ts";
import { arrayImages } from "../../../lib/data/image_source.ts";
import { InputError } from "../../../lib/input_error.ts";

/** An array over bytes. */
async function arrayOf(shape: readonly number[], bytes: Uint8Array) {
  const layout = { type: "uint8", shape, offset: 0, bigEndian: false, fortran: false } as const;
  return openArray(await openBytes(bytes), layout);
}

const BYTES = Uint8Array.from({ length: 48 }, (_, i) => i * 5);

Deno.test("arrayImages() gives images in chunks, at the end what is left, again and again", async () => {
  for (const shape of [[3, 4, 4], [3, 16], [3, 4, 4, 1]]) {
    const source = await arrayImages(await arrayOf(shape, BYTES));
    assertEquals([source.count, source.height, source.width, source.channels], [3, 4, 4, 1]);
    assertEquals(source.arrayShape, shape);
    for (let time = 0; time < 2; time++) {
      const chunks = await Array.fromAsync(source.chunks(2));
      assertEquals(chunks.map(({ shape }) => shape), [[2, 4, 4, 1], [1, 4, 4, 1]]);
      assertEquals([...chunks[0].data, ...chunks[1].data], [...BYTES]);
    }
  }
});

Deno.test("arrayImages() throws for a shape that makes no images", async () => {
  for (const shape of [[48], [3, 2, 2, 2, 2], [1, 4, 12, 1, 1]]) {
    const array = await arrayOf(shape, BYTES);
    await assertRejects(() => arrayImages(array), InputError);
  }
});
