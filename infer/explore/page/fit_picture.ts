/** A picture of any size: values in [0, 1], row-major `[height, width, channels]`. */
export interface Picture {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A size in pixels. */
export type Size = Pick<Picture, "height" | "width">;

/** The part of a picture's continuous plane that becomes the new picture; it may reach beyond. */
interface Frame extends Size {
  readonly left: number;
  readonly top: number;
}

/** Ink below it is dirt and compression noise. */
const LEAST_INK = 0.1;

/** Of the 28 pixels of an MNIST image, the 20 that the digit's longer side takes. */
const BOX_SHARE = 20 / 28;

/** A picture stretched to a size; each pixel is the mean of the area that it covers. */
export function stretchPicture(picture: Picture, size: Size): Picture {
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
export function centrePicture(picture: Picture, size: Size): Picture | undefined {
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

/** The mean of the area that each new pixel covers, an axis at a time. */
function resample(picture: Picture, frame: Frame, { height, width }: Size): Picture {
  const { channels } = picture;
  const columns = shares(picture.width, { from: frame.left, length: frame.width, count: width });
  const rows = shares(picture.height, { from: frame.top, length: frame.height, count: height });
  const narrow = new Float32Array(picture.height * width * channels);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++) {
      for (const [source, share] of columns[x]) {
        for (let c = 0; c < channels; c++) {
          narrow[(y * width + x) * channels + c] += share *
            picture.values[(y * picture.width + source) * channels + c];
        }
      }
    }
  }
  const values = new Float32Array(height * width * channels);
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    for (const [source, share] of rows[y]) {
      for (let i = 0; i < stride; i++) {
        values[y * stride + i] += share * narrow[source * stride + i];
      }
    }
  }
  return { values, height, width, channels };
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
