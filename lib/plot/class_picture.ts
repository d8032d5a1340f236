import { classColours, rgb } from "./colours.ts";
import { encodePng, pngUrl } from "./png.ts";

/** A picture of classes: each pixel has one class and an opacity. */
export interface ClassPicture {
  readonly width: number;
  readonly height: number;
  /** The class of each pixel, `[height, width]`, an index. */
  readonly classes: Uint8Array;
  /** From 0 (invisible) to 1, `[height, width]`. */
  readonly opacity: Float32Array;
}

/** The palette of a PNG has 256 colours: one for nothing, the others for class and opacity. */
const COLOURS = 255;

/**
 * The data URL of a PNG of classes in their colours. It has a palette, which takes a tenth of the
 * bytes of a colour for each pixel.
 *
 * @param classCount How many classes there are.
 */
export function classPictureUrl(
  { width, height, classes, opacity }: ClassPicture,
  classCount: number,
): string {
  const colours = [...new Set(classColours(classCount))];
  const levels = Math.floor(COLOURS / colours.length);
  const palette = new Uint8Array((1 + colours.length * levels) * 3);
  const alpha = new Uint8Array(1 + colours.length * levels);
  colours.forEach((colour, c) => {
    for (let level = 1; level <= levels; level++) {
      const entry = c * levels + level;
      palette.set(rgb(colour), entry * 3);
      alpha[entry] = Math.round(255 * level / levels);
    }
  });
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const level = Math.round(opacity[i] * levels);
    if (level > 0) pixels[i] = (classes[i] % colours.length) * levels + level;
  }
  const bytes = encodePng({ width, height, pixels, channels: 1, palette, opacity: alpha });
  return pngUrl(bytes);
}
