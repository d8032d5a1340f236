import { type Zippable, zipSync } from "fflate";
import type { NdArray } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import { type ByteFile, type ByteSource, MAX_BYTES, openBytes, peek } from "./bytes.ts";
import { encodeNpy, openNpy, quoteStart, startsWith } from "./npy.ts";
import { openZipEntry, readZipEntries } from "./zip.ts";

/** Options of {@linkcode readNpz}. */
export interface ReadNpzOptions {
  /**
   * The most bytes an array may unpack to: a small file can declare terabytes.
   * @default {4294967296}
   */
  maxBytes?: number;
}

/** Options of {@linkcode encodeNpz}. */
export interface EncodeNpzOptions {
  /**
   * Deflates the arrays, as `numpy.savez_compressed` does; else they are stored, as by `savez`.
   * @default {false}
   */
  compress?: boolean;
}

// The earliest a zip can say, so that equal arrays give equal bytes.
const MODIFIED = new Date(1980, 0, 1);

/**
 * Reads all arrays of a `.npz` file, given by path or as its bytes.
 *
 * @throws {InputError} If the file is missing, damaged, too large, or an array is no plain numbers.
 */
export async function readNpz(
  file: string | Uint8Array,
  options: ReadNpzOptions = {},
): Promise<Record<string, NdArray>> {
  const entries = await openNpz(await openBytes(file), options);
  const arrays: [string, NdArray][] = [];
  for (const [key, source] of entries) arrays.push([key, await (await openNpy(source)).read()]);
  return Object.fromEntries(arrays);
}

/**
 * Opens the arrays of a `.npz` file by key, without reading any.
 *
 * @throws {InputError} If it is no `.npz` file, or larger unpacked than `maxBytes`.
 */
export async function openNpz(
  file: ByteFile,
  options: ReadNpzOptions = {},
): Promise<Map<string, ByteSource>> {
  const { maxBytes = MAX_BYTES } = options;
  const start = await peek(file, 8);
  if (!isZip(start)) {
    throw new InputError(
      `Cannot read ${file.name}: it is no .npz file, it begins with ${quoteStart(start)}`,
    );
  }
  const entries = await readZipEntries(file);
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total > maxBytes) {
    throw new InputError(
      `Cannot read ${file.name}: it unpacks to ${total} bytes, at most ${maxBytes} are allowed, ` +
        "raise --max-bytes to trust it",
    );
  }
  const arrays = new Map<string, ByteSource>();
  for (const entry of entries) {
    if (!entry.path.endsWith(".npy") || entry.path.startsWith("__MACOSX/")) continue;
    arrays.set(entry.path.slice(0, -".npy".length), openZipEntry(file, entry, { maxBytes }));
  }
  if (arrays.size === 0) {
    const images = entries.some((entry) => /\.(png|jpe?g)$/i.test(entry.path));
    throw new InputError(
      `Cannot read ${file.name}: it is a zip ` +
        (images ? "of images, unpack it and give the folder" : "without any .npy array in it"),
    );
  }
  return arrays;
}

/** Whether bytes begin as a zip does, one without entries included. */
export function isZip(start: Uint8Array): boolean {
  return startsWith(start, "PK\x03\x04") || startsWith(start, "PK\x05\x06");
}

/**
 * The bytes of arrays as a `.npz` file that `numpy.load` reads. Equal arrays give equal bytes.
 *
 * @throws {RangeError} If the arrays take 4 GiB or more.
 */
export function encodeNpz(
  arrays: Readonly<Record<string, NdArray>>,
  options: EncodeNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  const { compress = false } = options;
  const files: Zippable = {};
  let total = 0;
  for (const [key, array] of Object.entries(arrays)) {
    const bytes = encodeNpy(array);
    total += bytes.length;
    files[`${key}.npy`] = [bytes, { level: compress ? 6 : 0, mtime: MODIFIED }];
  }
  // fflate writes no zip64.
  if (total >= MAX_BYTES) {
    throw new RangeError(
      `Cannot encode arrays as .npz: they take ${total} bytes, less than 4 GiB is needed`,
    );
  }
  return zipSync(files);
}
