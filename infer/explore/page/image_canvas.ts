/// <reference lib="dom" />

/**
 * Shows an image, one canvas pixel for each of its own.
 *
 * @param pixels In [0, 1], `[height, width, channels]`; of four channels and more three are shown.
 */
export function showImage(
  canvas: HTMLCanvasElement,
  pixels: Float32Array,
  [height, width, channels]: readonly [number, number, number],
): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) {
      // Clamped and rounded by the array itself.
      image.data[4 * i + c] = 255 * pixels[i * channels + (channels < 3 ? 0 : c)];
    }
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}
