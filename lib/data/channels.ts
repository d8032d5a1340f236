import { checkImages } from "./images.ts";
import { allocate } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import type { Images } from "./dataset.ts";

/**
 * Images with another number of channels. Colour becomes grey by the luma of ITU-R BT.601 in
 * Pillow's integer arithmetic, grey becomes colour by repeating it, and a channel of opacity (the
 * second or fourth) is added where it is missing.
 *
 * @throws {InputError} If the images have neither one nor three channels.
 */
export function toChannels(images: Images, channels: number): Images {
  checkImages(images, "convert images", { channels });
  const { dtype, shape: [count, height, width, before], data } = images;
  if (channels === before) return images;
  if (before !== 1 && before !== 3) {
    throw new InputError(
      `Cannot turn images of ${before} channels into ${channels}: 1 or 3 channels are needed`,
    );
  }
  const pixels = count * height * width;
  const converted = allocate(dtype, pixels * channels).fill(dtype === "uint8" ? 255 : 1);
  for (let i = 0; i < pixels; i++) {
    for (let channel = 0; channel < channels - (channels + 1) % 2; channel++) {
      const from = i * before;
      converted[i * channels + channel] = before === 1
        ? data[from]
        : channels >= 3
        ? data[from + channel]
        : luma(dtype, data[from], data[from + 1], data[from + 2]);
    }
  }
  return { ...images, shape: [count, height, width, channels], data: converted } as Images;
}

function luma(dtype: Images["dtype"], red: number, green: number, blue: number): number {
  const sum = 19595 * red + 38470 * green + 7471 * blue;
  return dtype === "uint8" ? (sum + 0x8000) >> 16 : sum / 0x10000;
}
