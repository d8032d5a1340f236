import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { decodeBmp, isBmp } from "../../../lib/data/bmp.ts";
import { InputError } from "../../../lib/input_error.ts";

/** Writes an uncompressed BMP of an RGB image; of 8 bits all colours are greys of the palette. */
function encodeBmp(
  rgb: Uint8Array,
  { height, width, bits, downwards = false }: {
    height: number;
    width: number;
    bits: 8 | 24 | 32;
    downwards?: boolean;
  },
): Uint8Array {
  const stride = Math.ceil(width * bits / 32) * 4;
  const start = 54 + (bits === 8 ? 1024 : 0);
  const bytes = new Uint8Array(start + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, start, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, downwards ? -height : height, true);
  view.setUint16(28, bits, true);
  if (bits === 8) { for (let i = 0; i < 256; i++) bytes.fill(i, 54 + 4 * i, 54 + 4 * i + 3); }
  for (let y = 0; y < height; y++) {
    const row = start + stride * (downwards ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const [r, g, b] = rgb.subarray((y * width + x) * 3);
      if (bits === 8) bytes[row + x] = r;
      else bytes.set([b, g, r], row + x * bits / 8);
    }
  }
  return bytes;
}

Deno.test("decodeBmp() gives back what was written, upwards and downwards, rows filled to four bytes", () => {
  const random = new Random(5);
  for (const bits of [8, 24, 32] as const) {
    for (const downwards of [false, true]) {
      for (const [height, width] of [[1, 1], [2, 3], [5, 4], [3, 7]]) {
        const rgb = new Uint8Array(height * width * 3);
        for (let i = 0; i < rgb.length; i++) {
          rgb[i] = bits === 8 && i % 3 > 0 ? rgb[i - 1] : random.integer(256);
        }
        const bytes = encodeBmp(rgb, { height, width, bits, downwards });
        assertEquals(isBmp(bytes), true);
        const { shape, data } = decodeBmp(bytes, '"x.bmp"');
        assertEquals([shape, data], [[height, width, 3], rgb]);
        assertThrows(() => decodeBmp(bytes.slice(0, -1), '"x.bmp"'), InputError, "cut short");
      }
    }
  }
});

Deno.test("decodeBmp() throws at other kinds of BMP", () => {
  const bytes = encodeBmp(new Uint8Array(12), { height: 2, width: 2, bits: 24 });
  new DataView(bytes.buffer).setUint32(30, 1, true);
  assertThrows(
    () => decodeBmp(bytes, '"x.bmp"'),
    InputError,
    'Cannot read "x.bmp": it is a BMP image of 24 bits and compression 1, 8, 24 or 32 bits',
  );
});
