import { type NdArray, ndarray } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";

/** Whether bytes begin as a BMP file does. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

/**
 * Decodes an uncompressed BMP of 8, 24 or 32 bits a pixel (BITMAPINFOHEADER):
 * https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader
 *
 * @param name How messages name the file, quotes included.
 * @returns RGB, `[height, width, 3]`.
 * @throws {InputError} If it is of another kind, or cut short.
 */
export function decodeBmp(bytes: Uint8Array, name: string): NdArray<"uint8"> {
  const fault = (found: string) => new InputError(`Cannot read ${name}: ${found}`);
  if (bytes.length < 54) throw fault("the BMP image is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = view.getUint32(10, true);
  const headerSize = view.getUint32(14, true);
  const [width, rows] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression] = [view.getUint16(28, true), view.getUint32(30, true)];
  // 3 are bit fields, which for 32 bits are nearly always those of no compression.
  const isPlain = compression === 0 || (compression === 3 && bits === 32);
  if (headerSize < 40 || ![8, 24, 32].includes(bits) || !isPlain || width < 1 || rows === 0) {
    throw fault(
      `it is a BMP image of ${bits} bits and compression ${compression}, ` +
        "8, 24 or 32 bits without compression are needed",
    );
  }
  const height = Math.abs(rows);
  const stride = Math.ceil(width * bits / 32) * 4;
  if (start + height * stride > bytes.length) throw fault("the BMP image is cut short");
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    // Rows go upwards unless the height is negative.
    const row = start + (rows > 0 ? height - 1 - y : y) * stride;
    for (let x = 0; x < width; x++) {
      const at = row + x * bits / 8;
      const colour = bits === 8 ? 14 + headerSize + 4 * bytes[at] : at;
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = bytes[colour + 2 - c];
    }
  }
  return ndarray("uint8", [height, width, 3], data);
}
