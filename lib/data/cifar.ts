import { type NdArray, ndarray } from "../array/ndarray.ts";
import { join, slice } from "../array/rows.ts";
import { InputError } from "../input_error.ts";
import { MAX_BYTES, openBytes, peek, statOf } from "./bytes.ts";
import type { Role } from "./choose_array.ts";
import { unzipped } from "./idx.ts";
import { arrayImages, type ImageSource } from "./image_source.ts";
import { pickledArray, readPickle } from "./pickle.ts";
import { isTar, readTar } from "./tar.ts";
import { platform } from "../platform/platform.ts";

/** The classes of CIFAR-10 (Krizhevsky, "Learning Multiple Layers of Features", 2009). */
const CLASSES = [
  ...["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
];

const SIDE = 32, PIXELS = SIDE * SIDE, ROW = 3 * PIXELS;

/** The official files: `data_batch_1` to `5` and `test_batch`, binary ones with `.bin`. */
const BATCH = /(^|[\\/])(data_batch_[1-5]|test_batch)(\.bin)?$/;

/** A batch of CIFAR-10. */
interface Batch {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Options of {@linkcode openCifar}. */
export interface CifarOptions {
  /** For `test` the batch to test on, else those to train on; of a single batch that one. */
  role?: Role | undefined;
  maxBytes?: number | undefined;
}

/**
 * Opens the official batches of CIFAR-10, binary or of Python, as they are downloaded: the archive, the
 * folder in it, or one batch.
 *
 * @returns `undefined` if none of these is at the path.
 * @throws {InputError} If a batch is damaged, or there is none for the role.
 */
export async function openCifar(
  path: string,
  { role, maxBytes = MAX_BYTES }: CifarOptions = {},
): Promise<ImageSource | undefined> {
  const name = JSON.stringify(path);
  const batches = await readBatches(path, { role, maxBytes });
  if (batches === undefined) return undefined;
  if (batches.length === 0) {
    throw new InputError(
      `Cannot read ${name}: it holds no batch of CIFAR-10 to ${
        role === "test" ? "test" : "train"
      } on`,
    );
  }
  const parts = batches.sort((a, b) => a.name < b.name ? -1 : 1)
    .map((batch) => readBatch(batch, name));
  const images = join(parts.map(({ images }) => images));
  const array = {
    name,
    dtype: images.dtype,
    shape: images.shape,
    read: () => Promise.resolve(images),
    async *rows(size: number) {
      for (let start = 0; start < images.shape[0]; start += size) {
        yield await Promise.resolve(slice(images, start, Math.min(start + size, images.shape[0])));
      }
    },
  };
  const { arrayShape: _shape, ...source } = await arrayImages(array, { white: 255 });
  const labels = Int32Array.from(parts.flatMap(({ labels }) => [...labels]));
  return { ...source, labels, classNames: CLASSES, isNumbered: true };
}

/** Whether batches to train on and one to test on are at a path. */
export async function isCifar(path: string, maxBytes = MAX_BYTES): Promise<boolean> {
  const found = await namesAt(path, maxBytes);
  return found !== undefined && found.length > 1;
}

async function readBatches(
  path: string,
  { role, maxBytes }: { role: Role | undefined; maxBytes: number },
): Promise<Batch[] | undefined> {
  const names = await namesAt(path, maxBytes);
  if (names === undefined) return undefined;
  const isWanted = (name: string) =>
    isBatch(name) && (names.length === 1 || name.includes("test_batch") === (role === "test"));
  if (names.length === 1 && names[0] === path) {
    return [{ name: path, bytes: await platform.readFile(path) }];
  }
  const batches: Batch[] = [];
  if ((await statOf(path)).isDirectory) {
    for (const name of names.filter(isWanted)) {
      batches.push({ name, bytes: await platform.readFile(`${path}/${name}`) });
    }
    return batches;
  }
  const source = await unzipped(await openBytes(path), { maxBytes });
  for await (const { name, bytes } of readTar(source, isWanted)) batches.push({ name, bytes });
  return batches;
}

/** The names of the batches in a folder or an archive, or the path of one; `undefined` without any. */
async function namesAt(path: string, maxBytes: number): Promise<string[] | undefined> {
  const info = await platform.stat(path).catch(() => undefined);
  if (info?.isDirectory) {
    const names = [...platform.readDirSync(path)].map(({ name }) => name).filter(isBatch);
    return names.length > 0 ? names : undefined;
  }
  if (!info?.isFile) return undefined;
  if (isBatch(path)) return [path];
  const source = await unzipped(await openBytes(path), { maxBytes });
  if (!isTar(await peek(source, 512))) return undefined;
  const names: string[] = [];
  const entries = readTar(source, (name) => {
    if (isBatch(name)) names.push(name);
    return false;
  });
  while (!(await entries.next()).done);
  return names;
}

function isBatch(name: string): boolean {
  return BATCH.test(name);
}

function readBatch({ name, bytes }: Batch, of: string) {
  const inside = of.includes(name) ? of : `${of}: ${name}`;
  return name.endsWith(".bin") ? readBinary(bytes, inside) : readPython(bytes, inside);
}

/** A label and 3,072 pixels an image. */
function readBinary(bytes: Uint8Array, name: string) {
  const count = bytes.length / (ROW + 1);
  if (!Number.isInteger(count) || count === 0) {
    throw new InputError(
      `Cannot read ${name}: it has ${bytes.length} bytes, a multiple of ${ROW + 1} is needed`,
    );
  }
  const labels = Uint8Array.from({ length: count }, (_, i) => bytes[i * (ROW + 1)]);
  return {
    images: interleave(count, (image) => image * (ROW + 1) + 1, bytes),
    labels: checkLabels(labels, count, name),
  };
}

/** A dictionary with an array `data` `[count, 3072]` and a list `labels`. */
function readPython(bytes: Uint8Array, name: string) {
  const batch = readPickle(bytes, name);
  const data = batch instanceof Map ? pickledArray(batch.get("data")) : undefined;
  const labels = batch instanceof Map ? batch.get("labels") : undefined;
  const count = data?.shape[0] ?? 0;
  if (
    data === undefined || String(data.shape) !== String([count, ROW]) || data.dtype !== "u1" ||
    data.bytes.length !== count * ROW || !Array.isArray(labels)
  ) {
    throw new InputError(
      `Cannot read ${name}: it has no labels and data of bytes [count, ${ROW}], a batch of CIFAR-10 is needed`,
    );
  }
  return {
    images: interleave(count, (image) => image * ROW, data.bytes),
    labels: checkLabels(Uint8Array.from(labels), count, name),
  };
}

function checkLabels(labels: Uint8Array, count: number, name: string): Uint8Array {
  const bad = labels.findIndex((label) => label >= CLASSES.length);
  if (labels.length !== count || bad !== -1) {
    throw new InputError(
      `Cannot read ${name}: ${
        bad === -1
          ? `it has ${labels.length} labels for ${count} images`
          : `image ${bad} has the label ${labels[bad]}`
      }, a label from 0 to 9 for each is needed`,
    );
  }
  return labels;
}

/** Planes of red, green and blue as `[count, 32, 32, 3]`. */
function interleave(
  count: number,
  startOf: (image: number) => number,
  bytes: Uint8Array,
): NdArray<"uint8"> {
  const pixels = new Uint8Array(count * ROW);
  for (let image = 0; image < count; image++) {
    const start = startOf(image);
    for (let channel = 0; channel < 3; channel++) {
      for (let i = 0; i < PIXELS; i++) {
        pixels[image * ROW + 3 * i + channel] = bytes[start + channel * PIXELS + i];
      }
    }
  }
  return ndarray("uint8", [count, SIDE, SIDE, 3], pixels);
}
