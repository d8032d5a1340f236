import { checkImages } from "./images.ts";
import { allocate } from "../array/ndarray.ts";
import type { Images } from "./dataset.ts";

/** The height and width of an image in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** The part of an image's continuous plane that becomes the new image; it may reach beyond. */
export interface Frame extends ImageSize {
  readonly left: number;
  readonly top: number;
}

/**
 * Images resized to a size, whatever their own proportions.
 *
 * @throws {InputError} If they are no images, or the size is none.
 */
export function resizeImages(images: Images, size: ImageSize): Images {
  checkImages(images, "resize images", { ...size });
  const [, height, width] = images.shape;
  if (height === size.height && width === size.width) return images;
  return resampleImages(images, { left: 0, top: 0, height, width }, size);
}

/**
 * The part of each image in a frame, resized: each pixel is the mean of the area that it covers.
 * Beyond the image all is black.
 */
export function resampleImages(images: Images, frame: Frame, size: ImageSize): Images {
  const { dtype, shape: [count, oldHeight, oldWidth, channels], data } = images;
  const { height, width } = size;
  const columns = shares(oldWidth, { from: frame.left, length: frame.width, count: width });
  const rows = shares(oldHeight, { from: frame.top, length: frame.height, count: height });
  const stride = width * channels;
  const resized = allocate(dtype, count * height * stride);
  const narrow = new Float32Array(oldHeight * stride);
  const sums = new Float32Array(height * stride);
  for (let image = 0; image < count; image++) {
    const start = image * oldHeight * oldWidth * channels;
    narrow.fill(0);
    for (let y = 0; y < oldHeight; y++) {
      for (let x = 0; x < width; x++) {
        for (const [source, share] of columns[x]) {
          for (let c = 0; c < channels; c++) {
            narrow[y * stride + x * channels + c] += share *
              data[start + (y * oldWidth + source) * channels + c];
          }
        }
      }
    }
    sums.fill(0);
    for (let y = 0; y < height; y++) {
      for (const [source, share] of rows[y]) {
        for (let i = 0; i < stride; i++) {
          sums[y * stride + i] += share * narrow[source * stride + i];
        }
      }
    }
    // Bytes are cut off when they are stored, so half is added to round them.
    resized.set(dtype === "uint8" ? sums.map((sum) => sum + 0.5) : sums, image * sums.length);
  }
  return { ...images, shape: [count, height, width, channels], data: resized } as Images;
}

/** For each new pixel of an axis the old pixels that it covers, and what share of it each is. */
function shares(
  size: number,
  { from, length, count }: { from: number; length: number; count: number },
): [source: number, share: number][][] {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    const start = from + i * step, end = start + step;
    const covered: [number, number][] = [];
    for (let source = Math.max(0, Math.floor(start)); source < Math.min(size, end); source++) {
      const share = (Math.min(end, source + 1) - Math.max(start, source)) / step;
      if (share > 0) covered.push([source, share]);
    }
    return covered;
  });
}
