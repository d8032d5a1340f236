import type { DType } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";

/** What the largest pixel of the images of an array is, and what else decides which number is white. */
export interface PixelRange {
  /** How messages name the array, quotes included. */
  readonly name: string;
  readonly dtype: DType;
  readonly max: number;
  /** What the user says is white. */
  readonly white?: number | undefined;
  /** What is white in the images that these belong to, such as a model's training images. */
  readonly expectedWhite?: number | undefined;
}

/** The part of white by which pixels may lie outside: resampling and rounding leave floats there. */
export function toleranceOf(dtype: DType): number {
  return isFloat(dtype) ? 0.01 : 0;
}

export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** The largest levels of images of fewer than 8 bits, and percentages. */
const FEW_LEVELS = [3, 7, 15, 16, 31, 63, 100, 127];

/**
 * Finds which number is white: what pixels are divided by to come into [0, 1].
 *
 * Floats up to 1 have 1, numbers above 127 have 255, and numbers in between what is white in the
 * images that they belong to, or else the largest of them if it is a usual one. Integers of 0 and 1
 * have what is expected, or 1.
 *
 * @returns White, and a warning if the range is unusual for it.
 * @throws {InputError} If no white fits.
 */
export function findWhite(range: PixelRange): { white: number; warnings: readonly string[] } {
  const { name, dtype, max, white = whiteOf(range), expectedWhite } = range;
  if (white === undefined || max > white * (1 + toleranceOf(dtype))) {
    throw new InputError(
      `Cannot use ${name} as images: its largest pixel is ${max}, ` +
        (white === undefined || range.white === undefined
          ? "numbers from 0 to 1 or from 0 to 255, or the number of white with --white, are needed"
          : `at most the ${white} of --white is needed`),
    );
  }
  const asked = range.white !== undefined;
  const usual = white === 1 || white === expectedWhite ||
    (white === 255 && (expectedWhite === undefined || expectedWhite === 1));
  if (asked || max === 0 || (usual && max > white / 2)) return { white, warnings: [] };
  const others = expectedWhite === undefined || expectedWhite === white || white === 1
    ? ""
    : ` (${expectedWhite} in the training images)`;
  return {
    white,
    warnings: [
      `the largest pixel of ${name} is ${max} and ${white} is taken for white${others}; ` +
      "--white N sets another",
    ],
  };
}

function whiteOf({ dtype, max, expectedWhite }: PixelRange): number | undefined {
  if (dtype === "bool") return 1;
  const fits = (white: number) => max <= white * (1 + toleranceOf(dtype));
  if (isFloat(dtype) && fits(1) && !(expectedWhite! < 1 && fits(expectedWhite!))) return 1;
  // Of 255 as of any other: few or dark images have the white of those that they belong to.
  if (expectedWhite !== undefined && expectedWhite !== 1 && fits(expectedWhite)) {
    return expectedWhite;
  }
  if (max <= 1) return 1;
  // Nothing tells images of 0 to 1 that are far too bright from very dark ones.
  if (isFloat(dtype) && max < 2) return undefined;
  if (FEW_LEVELS.includes(max)) return max;
  if (dtype === "int8") return 127;
  return fits(255) ? 255 : undefined;
}
