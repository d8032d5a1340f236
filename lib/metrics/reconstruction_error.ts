/** Float32 decoders reach 0 and 1, where the logarithm has no end. */
const LEAST = 1e-6;

/**
 * How badly each image is drawn, `[count]`: the cross-entropy between its pixels and those of its
 * reconstruction, all in [0, 1], in nats, the mean over the pixels:
 * `-x log y - (1 - x) log(1 - y)`.
 *
 * To tell strange images it is better than the squared error: grey areas and noise, which a blurred
 * reconstruction comes near to, have an entropy of their own that few images learned from have.
 *
 * @param images `[count, …]`
 * @param made Of the same shape.
 */
export function reconstructionErrors(
  images: Float32Array,
  made: Float32Array,
  count: number,
): Float32Array {
  const size = images.length / count;
  return Float32Array.from({ length: count }, (_, image) => {
    let sum = 0;
    for (let i = image * size; i < (image + 1) * size; i++) {
      const x = images[i];
      const y = Math.min(1 - LEAST, Math.max(LEAST, made[i]));
      // Most pixels of drawings are black: they need one logarithm, which is what takes the time.
      sum -= x === 0 ? Math.log(1 - y) : x * Math.log(y) + (1 - x) * Math.log(1 - y);
    }
    return sum / size;
  });
}
