import type { Images } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import type { Session } from "../runtime/session.ts";
import { decodeLatents, encodeImages, type RunImagesOptions } from "../runtime/run_images.ts";
import { meanSquaredError } from "./classification.ts";
import { structuralSimilarity } from "./ssim.ts";

/** The differences of reconstructed images from the images, pixels in [0, 1]. */
export interface ReconstructionScores {
  /** The mean of the squared differences over all pixels of all images. */
  readonly meanSquaredError: number;
  /** The mean over images, 7x7 uniform window; `null` for images smaller than the window. */
  readonly structuralSimilarity: number | null;
}

/** The reconstruction of each image from its latent mean. */
export async function reconstructImages(
  images: Images,
  { encoder, decoder, chunkSize = 1000 }: RunImagesOptions & { encoder: Session; decoder: Session },
): Promise<Images> {
  return await decodeLatents(decoder, await encodeImages(encoder, images, { chunkSize }), {
    chunkSize,
  });
}

/** Gathers {@linkcode ReconstructionScores} over chunks of images. */
export class ReconstructionTally {
  #squares = 0;
  #pixels = 0;
  #similarity = 0;
  #images = 0;

  /** Adds images and their reconstructions. */
  add(images: Images, reconstructed: Images): void {
    const [count, height, width, channels] = images.shape;
    const actual = toFloat32(images).data;
    const made = toFloat32(reconstructed).data;
    this.#squares += meanSquaredError(actual, made) * actual.length;
    this.#pixels += actual.length;
    this.#images += count;
    if (Math.min(height, width) < 7) {
      this.#similarity = NaN;
    } else {
      const similarity = structuralSimilarity([actual, made], [height, width, channels]);
      for (const value of similarity) this.#similarity += value;
    }
  }

  /** The scores of all images so far. */
  scores(): ReconstructionScores {
    const similarity = this.#similarity / this.#images;
    return {
      meanSquaredError: this.#squares / this.#pixels,
      structuralSimilarity: Number.isNaN(similarity) ? null : similarity,
    };
  }
}
