import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** A picture of bytes: grey, red-green-blue, or indices into a palette. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Row-major `[height, width, channels]`, 0 to 255. */
  readonly pixels: Uint8Array;
  readonly channels: 1 | 3;
  /** Red, green and blue of each value of a single channel: `[colours, 3]`. */
  readonly palette?: Uint8Array;
  /** The opacity of each colour of the palette, 0 to 255: `[colours]`. By default 255. */
  readonly opacity?: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * A picture as the bytes of a PNG file (W3C, "Portable Network Graphics", sections 11 and 13).
 *
 * @throws {RangeError} If the number of pixels does not fit the size.
 */
export function encodePng(
  { width, height, pixels, channels, palette, opacity }: Picture,
): Uint8Array {
  const stride = width * channels;
  if (pixels.length !== stride * height) {
    throw new RangeError(
      `Cannot encode a picture of ${width}x${height}x${channels}: there are ${pixels.length} bytes, ${
        stride * height
      } are needed`,
    );
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits a sample
  header.setUint8(9, palette !== undefined ? 3 : channels === 3 ? 2 : 0); // colour type
  // Each row starts with the number of its filter; 0 leaves the row as it is.
  const rows = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  const chunks = [
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    ...(palette === undefined ? [] : [chunk("PLTE", palette)]),
    ...(opacity === undefined ? [] : [chunk("tRNS", opacity)]),
    chunk("IDAT", new Uint8Array(deflateSync(rows))),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(Buffer.concat(chunks));
}

/** The bytes of a PNG file as a data URL. */
export function pngUrl(bytes: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
}

/** Length, type, data, and the checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}
