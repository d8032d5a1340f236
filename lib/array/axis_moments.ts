import type { NdArray } from "./ndarray.ts";

/** The mean and the standard deviation of points `[count, axes]` along each axis. */
export function axisMoments(
  { data, shape: [count, axes] }: NdArray<"float32">,
): { mean: number; deviation: number }[] {
  return Array.from({ length: axes }, (_, axis) => {
    let sum = 0;
    for (let i = axis; i < data.length; i += axes) sum += data[i];
    const mean = sum / count;
    let squares = 0;
    for (let i = axis; i < data.length; i += axes) squares += (data[i] - mean) ** 2;
    return { mean, deviation: Math.sqrt(squares / count) };
  });
}
