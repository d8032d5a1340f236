import { type NdArray, ndarray } from "../array/ndarray.ts";
import { join, slice, take } from "../array/rows.ts";
import { Random } from "../array/random.ts";
import {
  fitLeadingComponents,
  type LeadingComponents,
  projectOnComponents,
} from "../embedding/leading_components.ts";
import { nearestNeighbours } from "../classical/nearest_neighbours.ts";
import { histogramsOfGradients } from "./hog.ts";
import type { Images } from "../data/dataset.ts";
import { mirror } from "../data/pixels.ts";

/** Options of the functions on histograms. */
export interface HogOptions {
  /** @default {0} */
  seed?: number;
  /** Threads of ONNX Runtime, 0 for all cores. @default {0} */
  threads?: number;
}

/** Images whose histograms are held at once. */
const BLOCK = 2000;
/** Images that principal components are fitted on. */
const FITTED = 10_000;

/**
 * Fits 50 principal components to the histograms of gradients of at most 10,000 images.
 *
 * @param images `[count, height, width, channels]`
 */
export async function fitHogComponents(
  images: Images,
  { seed = 0, threads = 0 }: HogOptions = {},
): Promise<LeadingComponents> {
  const [count] = images.shape;
  const rows = new Random(seed, "histograms").permutation(count).subarray(0, FITTED);
  const histograms = [];
  for (let start = 0; start < rows.length; start += BLOCK) {
    histograms.push(histogramsOfGradients(take(images, rows.subarray(start, start + BLOCK))));
  }
  return await fitLeadingComponents(join(histograms), { seed, threads });
}

/** Histograms of gradients along the components, `[count, components]`. */
export async function hogFeatures(
  images: Images,
  components: LeadingComponents,
  { threads = 0 }: HogOptions = {},
): Promise<NdArray<"float32">> {
  const [count] = images.shape;
  const width = components.directions.shape[1];
  const features = new Float32Array(count * width);
  for (let start = 0; start < count; start += BLOCK) {
    const block = slice(images, start, Math.min(count, start + BLOCK));
    const { data } = await projectOnComponents(histogramsOfGradients(block), components, {
      threads,
    });
    features.set(data, start * width);
  }
  return ndarray("float32", [count, width], features);
}

/** Below it, images may be mirrored: clothing has .6 to .96, photos .99, digits 1.3 and more. */
const MIRROR_THRESHOLD = 1.1;
/** Of fewer images, distances say too little. */
const MIRROR_MIN_IMAGES = 500;

/**
 * Whether mirrored images look like images of the set, so that training may mirror them. No label
 * is looked at.
 */
export async function mayMirror(images: Images, options: HogOptions = {}): Promise<boolean> {
  if (images.shape[0] < MIRROR_MIN_IMAGES) return false;
  return await mirrorRatio(images, options) < MIRROR_THRESHOLD;
}

/**
 * The mean distance of mirrored images to the nearest image, divided by that of the images to
 * their nearest other image, on histograms of gradients of at most 5,000 images.
 */
export async function mirrorRatio(images: Images, options: HogOptions = {}): Promise<number> {
  const sample = slice(images, 0, Math.min(5000, images.shape[0]));
  const components = await fitHogComponents(sample, options);
  const points = await hogFeatures(sample, components, options);
  const count = Math.min(1000, sample.shape[0]);
  const mirrored = await hogFeatures(mirror(slice(sample, 0, count)), components, options);
  const { threads = 0 } = options;
  const across = await nearestNeighbours(mirrored, points, { k: 1, threads });
  const own = await nearestNeighbours(points, points, { k: 1, excludeSelf: true, threads });
  const meanDistance = (squares: Float32Array) =>
    squares.subarray(0, count).reduce((sum, square) => sum + Math.sqrt(square), 0) / count;
  return meanDistance(across.squaredDistances.data) / meanDistance(own.squaredDistances.data);
}
