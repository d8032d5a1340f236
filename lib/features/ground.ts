import { quantile } from "../array/stats.ts";
import type { Images } from "../data/dataset.ts";
import { pixelScale } from "../data/pixels.ts";

/** Border pixels of a light background: paper has .9 to 1, MNIST and Fashion-MNIST 0, photos .5. */
const LIGHT = 0.85;

/** Whether images are dark on a light ground: grey ones whose border pixels are nearly white. */
export function hasLightGround(images: Images): boolean {
  return images.shape[3] === 1 && medianBorder(images) > LIGHT;
}

/** The median over at most 5,000 images of the mean pixel along their borders, in [0, 1]. */
export function medianBorder(images: Images): number {
  const { data, shape: [count, height, width, channels] } = images;
  const size = height * width * channels;
  const border = Array.from({ length: size }, (_, i) => i).filter((i) => {
    const [y, x] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width];
    return y === 0 || y === height - 1 || x === 0 || x === width - 1;
  });
  const means = Array.from(
    { length: Math.min(5000, count) },
    (_, image) => border.reduce((sum, i) => sum + data[image * size + i], 0) / border.length,
  );
  return quantile(means, 0.5) * pixelScale(images);
}
