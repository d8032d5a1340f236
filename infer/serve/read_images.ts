import { join } from "../../lib/array/rows.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { openBytes } from "../../lib/data/bytes.ts";
import type { Images } from "../../lib/data/dataset.ts";
import { decodeBytes } from "../../lib/data/image_file.ts";
import { arrayImages, convertSource } from "../../lib/data/image_source.ts";
import { encodeNpy, openNpy } from "../../lib/data/npy.ts";
import { isFloat } from "../../lib/data/white.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Manifest } from "../../lib/run/manifest.ts";

/** Images of the shape that a run's models take, from the body of a request. */
type ReadImages = (body: Uint8Array, manifest: Manifest) => Promise<Images>;

/** How bodies are read, by their content type. */
export const READERS: Readonly<Record<string, ReadImages>> = {
  "image/png": readFile,
  "image/jpeg": readFile,
  "application/json": readJson,
  "application/x-npy": (body, manifest) => readArray(body, manifest),
  "application/octet-stream": (body, manifest) => readArray(body, manifest),
};

async function readFile(
  body: Uint8Array,
  { imageShape: [height, width, channels] }: Manifest,
): Promise<Images> {
  const options = { height, width, channels, background: "white" };
  const { pixels } = await decodeBytes(body, "the body", options);
  return ndarray("uint8", [1, height, width, channels], pixels) as Images;
}

/** An array of images, `[images, height, width]` or with channels. */
async function readArray(
  body: Uint8Array,
  { imageShape: [height, width, channels], scale }: Manifest,
  white?: number,
): Promise<Images> {
  const array = await openNpy(await openBytes(body));
  // Not guessed from the pixels: an image must not count as another because it is dark.
  const usual = isFloat(array.dtype) ? 1 : integerWhite(scale);
  const source = await arrayImages(array, { white: white ?? usual });
  const converted = convertSource(source, { size: { height, width }, channels });
  const chunks: Images[] = [];
  for await (const chunk of converted.chunks(1000)) chunks.push(chunk);
  return join(chunks);
}

/** What is white in integers: as in training, unless that was on floats. */
function integerWhite(scale: number): number {
  return scale > 1 ? scale : 255;
}

/** `{"images": [[[0, 255, …], …], …], "white": 255}`: rows of pixels, of several images. */
async function readJson(body: Uint8Array, manifest: Manifest): Promise<Images> {
  let json: { images?: unknown; white?: unknown };
  try {
    json = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new InputError('Cannot read the body: it is no JSON, {"images": [...]} is needed');
  }
  const { images, white = integerWhite(manifest.scale) } = json ?? {};
  if (!(typeof white === "number" && white > 0)) {
    throw new InputError('Cannot read the body: its "white" is no number above 0');
  }
  const shape: number[] = [];
  for (let inner = images; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  const values = Array.isArray(images) ? images.flat(shape.length) as number[] : [];
  if (
    shape.length < 3 || values.length !== shape.reduce((size, length) => size * length, 1) ||
    !values.every((value) => typeof value === "number")
  ) {
    throw new InputError(
      'Cannot read the body: its "images" are no numbers of shape [images, height, width] or [images, height, width, channels]',
    );
  }
  const isBytes = values.every((value) => Number.isInteger(value) && value >= 0 && value < 256);
  const array = isBytes
    ? ndarray("uint8", shape, Uint8Array.from(values))
    : ndarray("float32", shape, Float32Array.from(values));
  return await readArray(encodeNpy(array), manifest, white);
}
