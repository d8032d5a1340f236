/** The latent variables that lie across and up; a latent space of one variable has no second. */
export interface PlaneAxes {
  readonly x: number;
  readonly y: number | undefined;
}

/** Between latent values and places on a square plane whose middle is the origin. */
export class PlaneScale {
  /**
   * @param range The latent value at the right and the upper border.
   * @param size The side of the square in CSS pixels.
   */
  constructor(readonly range: number, readonly size: number) {}

  /** The place of a value along an axis, from its lower end. */
  pixelOf(value: number): number {
    return (value + this.range) / (2 * this.range) * this.size;
  }

  /** The place of the latent point that starts at an offset of `z`, from the upper left. */
  toPixels(z: ArrayLike<number>, offset: number, { x, y }: PlaneAxes): [number, number] {
    const up = y === undefined ? 0 : z[offset + y];
    return [this.pixelOf(z[offset + x]), this.size - this.pixelOf(up)];
  }

  /** The values at a place, which is moved into the plane if it lies outside. */
  toValues([left, top]: readonly [number, number]): [x: number, y: number] {
    const valueAt = (pixel: number) => {
      const value = (2 * pixel / this.size - 1) * this.range;
      return Math.max(-this.range, Math.min(this.range, value));
    };
    return [valueAt(left), valueAt(this.size - top)];
  }
}

/** The least distance between two ticks in CSS pixels. */
const TICK_DISTANCE = 40;

/** Round latent values to write along an axis, ascending: steps of 1, 2 or 5 times a power of 10. */
export function ticksOf({ range, size }: PlaneScale): number[] {
  const least = TICK_DISTANCE * 2 * range / size;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const most = Math.floor(range / step);
  return Array.from({ length: 2 * most + 1 }, (_, i) => Number(((i - most) * step).toPrecision(6)));
}

/** A range that shows all but the outermost points `[count, latentDim]`. */
export function rangeOf(points: ArrayLike<number>): number {
  const sizes = Float64Array.from(points, Math.abs).sort();
  const outer = sizes.length === 0 ? 0 : sizes[Math.floor(0.999 * (sizes.length - 1))];
  // Three standard deviations of the prior at least: there the decoder knows its way.
  return Math.max(3, Math.ceil(outer * 1.15 * 2) / 2);
}
