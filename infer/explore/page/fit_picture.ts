import { ndarray } from "../../../lib/array/ndarray.ts";
import { type Frame, type ImageSize, resampleImages } from "../../../lib/data/resize.ts";

/** A picture of any size: values in [0, 1], row-major `[height, width, channels]`. */
export interface Picture {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Ink below it is dirt and compression noise. */
const LEAST_INK = 0.1;

/** Of the 28 pixels of an MNIST image, the 20 that the digit's longer side takes. */
const BOX_SHARE = 20 / 28;

/** A picture stretched to a size; each pixel is the mean of the area that it covers. */
export function stretchPicture(picture: Picture, size: ImageSize): Picture {
  const { height, width } = picture;
  if (height === size.height && width === size.width) return picture;
  return resample(picture, { left: 0, top: 0, height, width }, size);
}

/**
 * Light ink on black as MNIST was made (LeCun, Cortes and Burges, 1998): the ink's box is scaled,
 * its proportions kept, until its longer side takes 20 of 28 pixels, and its centre of mass is moved
 * to the middle of the pixel right and below of the centre, where MNIST has it (14.50 of 28, the
 * mean over its first 5,000 images). Beyond the picture all is black.
 *
 * @returns `undefined` if there is no ink.
 */
export function centrePicture(picture: Picture, size: ImageSize): Picture | undefined {
  const ink = measureInk(picture);
  if (ink === undefined) return undefined;
  const side = Math.max(ink.right - ink.left, ink.bottom - ink.top);
  const scale = side / (BOX_SHARE * Math.min(size.height, size.width));
  const height = size.height * scale, width = size.width * scale;
  const half = scale / 2;
  return resample(
    picture,
    { left: ink.centreX - half - width / 2, top: ink.centreY - half - height / 2, height, width },
    size,
  );
}

/** The picture with black and white changed. */
export function invertPicture(picture: Picture): Picture {
  return { ...picture, values: picture.values.map((value) => 1 - value) };
}

/** Whether the border is light, as paper is. */
export function isOnPaper({ values, height, width, channels }: Picture): boolean {
  let sum = 0, count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (y > 0 && y < height - 1 && x > 0 && x < width - 1) continue;
      for (let c = 0; c < channels; c++) sum += values[(y * width + x) * channels + c];
      count += channels;
    }
  }
  return sum > 0.5 * count;
}

/** The box around the ink, and its centre of mass. */
function measureInk({ values, height, width, channels }: Picture) {
  let left = width, right = 0, top = height, bottom = 0;
  let mass = 0, massX = 0, massY = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let ink = 0;
      for (let c = 0; c < channels; c++) ink += values[(y * width + x) * channels + c] / channels;
      if (ink < LEAST_INK) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      mass += ink;
      massX += ink * (x + 0.5);
      massY += ink * (y + 0.5);
    }
  }
  if (mass === 0) return undefined;
  return { left, right, top, bottom, centreX: massX / mass, centreY: massY / mass };
}

function resample(
  { values, height, width, channels }: Picture,
  frame: Frame,
  size: ImageSize,
): Picture {
  const images = ndarray("float32", [1, height, width, channels], values);
  return { values: resampleImages(images, frame, size).data as Float32Array, ...size, channels };
}
