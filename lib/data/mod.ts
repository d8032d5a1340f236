/**
 * Images and arrays in and out of files: `.npy`, `.npz`, IDX, folders of image files, named datasets.
 *
 * ```ts
 * import { encodeNpz, loadImages, openImages } from "@glimpse/glimpse/data";
 * import { ndarray } from "../array/ndarray.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile({ suffix: ".npz" });
 * const pixels = Uint8Array.from({ length: 3 * 2 * 2 }, (_, i) => 20 * i);
 * await Deno.writeFile(path, encodeNpz({ images: ndarray("uint8", [3, 2, 2], pixels) }));
 *
 * const { images, white } = await loadImages(path);
 * assertEquals([images.shape, white], [[3, 2, 2, 1], 255]);
 *
 * const counts: number[] = [];
 * for await (const chunk of (await openImages(path)).chunks(2)) counts.push(chunk.shape[0]);
 * assertEquals(counts, [2, 1]);
 * await Deno.remove(path);
 * ```
 *
 * @module
 */
export type { Images, LabelledImages } from "./dataset.ts";
export { holdsTestImages, openImages, type OpenImagesOptions } from "./open_images.ts";
export type { ImageFolderOptions } from "./image_folder.ts";
export type { ImageSource } from "./image_source.ts";
export type { ImageShape } from "./images.ts";
export { type ImageSize, resizeImages } from "./resize.ts";
export { toChannels } from "./channels.ts";
export { type ClassLabels, joinClasses, type JoinedLabels } from "./classes.ts";
export { type LoadedImages, loadImages, type LoadImagesOptions } from "./load_images.ts";
export { type LoadedParts, loadParts, type LoadPartsOptions } from "./load_parts.ts";
export { NAMED_DATASETS, type NamedDataset, type Split } from "./named_datasets.ts";
export { checkClasses, classesOf, filterClasses, labelImages, takeLabelled } from "./sample.ts";
export { sampleLabelled, type SampleOptions, splitImages, type SplitOptions } from "./sample.ts";
export { sampleEvenly, splitByClass, splitRows } from "./sample.ts";
export { toFloat32, toUint8 } from "./pixels.ts";
export { encodeNpz, type EncodeNpzOptions, readNpz, type ReadNpzOptions } from "./npz.ts";
export { encodeNpy, readNpy } from "./npy.ts";
export { readIdx } from "./idx.ts";
export { MAX_BYTES } from "./bytes.ts";
export { IMAGE_KEYS, LABEL_KEYS } from "./choose_array.ts";
export { augmentImages, type AugmentOptions } from "./augment.ts";
