import type { NdArray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import type { ClassPicture } from "./class_picture.ts";

/** The part of the plane that a plot shows. */
export interface Domain {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Options for {@linkcode pointsPicture}. */
export interface PointsPictureOptions {
  domain: Domain;
  /** Of the picture, in pixels. */
  width: number;
  /** Of the picture, in pixels. */
  height: number;
  /** Of a point, in pixels. @default {2} */
  radius?: number;
  /** Of a single point, 0 to 1; overlapping points are more opaque. @default {0.5} */
  opacity?: number;
}

/**
 * Points as discs with soft rims, drawn in random order: no class hides another because its images
 * come last.
 *
 * @param points `[count, 2]`
 * @param classes The class of each, an index, `[count]`.
 */
export function pointsPicture(
  points: NdArray<"float32">,
  classes: ArrayLike<number>,
  { domain, width, height, radius = 2, opacity = 0.5 }: PointsPictureOptions,
): ClassPicture {
  const [left, right] = domain.x;
  const [bottom, top] = domain.y;
  const disc = discOf(radius);
  const picture = {
    width,
    height,
    classes: new Uint8Array(width * height),
    opacity: new Float32Array(width * height),
  };
  for (const point of new Random(0, "points").permutation(points.shape[0])) {
    const x = Math.round((points.data[2 * point] - left) / (right - left) * width - 0.5);
    const y = Math.round((top - points.data[2 * point + 1]) / (top - bottom) * height - 0.5);
    for (const { dx, dy, share } of disc) {
      const column = x + dx, row = y + dy;
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const at = row * width + column;
      const seen = share * opacity;
      // The class of a pixel is that of the disc with the greater share of its colour.
      if (seen >= picture.opacity[at] * (1 - seen)) picture.classes[at] = classes[point];
      picture.opacity[at] += (1 - picture.opacity[at]) * seen;
    }
  }
  return picture;
}

/** The pixels of a disc with the share of each that lies in it. */
function discOf(radius: number): { dx: number; dy: number; share: number }[] {
  const reach = Math.ceil(radius);
  const pixels = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const share = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy)));
      if (share > 0) pixels.push({ dx, dy, share });
    }
  }
  return pixels;
}

/** A square around all points `[count, 2]`, with a margin. */
export function squareDomain(arrays: readonly NdArray<"float32">[]): Domain {
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (const { data } of arrays) {
    for (let i = 0; i < data.length; i++) {
      low[i % 2] = Math.min(low[i % 2], data[i]);
      high[i % 2] = Math.max(high[i % 2], data[i]);
    }
  }
  const half = 0.52 * Math.max(high[0] - low[0], high[1] - low[1], 1e-6);
  const [x, y] = [0, 1].map((axis): [number, number] => {
    const middle = (low[axis] + high[axis]) / 2;
    return [middle - half, middle + half];
  });
  return { x, y };
}
